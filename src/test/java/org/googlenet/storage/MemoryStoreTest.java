package org.googlenet.storage;

/** The tests' own store keeps the contract that it stands in for. */
class MemoryStoreTest extends ObjectStoreContract {

  @Override
  protected ObjectStore store() {
    return new MemoryStore();
  }

  @Override
  protected ObjectStore beside() {
    return new MemoryStore();
  }

  @Override
  protected boolean moves() {
    return false;
  }
}
