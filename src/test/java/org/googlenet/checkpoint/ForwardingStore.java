package org.googlenet.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.googlenet.storage.ObjectStore;

/** A store that does what another does, for tests that have it do something else. */
class ForwardingStore implements ObjectStore {

  private final ObjectStore store;

  ForwardingStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public InputStream read(String name) throws IOException {
    return store.read(name);
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    return store.readRange(name, offset, length);
  }

  @Override
  public void create(String name, Body body) throws IOException {
    store.create(name, body);
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    store.overwrite(name, body);
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    return store.list(prefix);
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(name);
  }
}
