package org.googlenet.storage;

import java.util.Map;
import java.util.UUID;

/** The tests' own store, opened by its scheme, keeps the contract that it stands in for. */
class MemoryStoreTest extends ObjectStoreContract {

  private final String location = "memory:/" + UUID.randomUUID();

  @Override
  protected ObjectStore store() {
    return new Stores(Map.of()).open(location);
  }

  @Override
  protected ObjectStore beside() {
    return new Stores(Map.of()).open(location + ".old");
  }

  @Override
  protected boolean moves() {
    return false;
  }
}
