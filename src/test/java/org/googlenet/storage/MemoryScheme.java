package org.googlenet.storage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tests' own kind of storage: {@code memory:} URIs, each with a store that all share. */
public final class MemoryScheme implements StorageScheme {

  private static final Map<String, MemoryStore> STORES = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public ObjectStore open(String location, Map<String, String> properties) {
    return STORES.computeIfAbsent(location, MemoryStore::new);
  }
}
