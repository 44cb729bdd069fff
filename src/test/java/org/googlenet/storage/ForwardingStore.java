package org.googlenet.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/** A store that is another one, for tests that change one of its verbs, or watch all of them. */
public class ForwardingStore implements ObjectStore {

  private final ObjectStore store;

  public ForwardingStore(ObjectStore store) {
    this.store = store;
  }

  /** What is done before each verb; nothing here. */
  protected void call() throws IOException {}

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public InputStream read(String name) throws IOException {
    call();
    return store.read(name);
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    call();
    return store.readRange(name, offset, length);
  }

  @Override
  public void create(String name, Body body) throws IOException {
    call();
    store.create(name, body);
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    call();
    store.overwrite(name, body);
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    call();
    return store.list(prefix);
  }

  @Override
  public OptionalLong length(String name) throws IOException {
    call();
    return store.length(name);
  }

  @Override
  public void delete(String name) throws IOException {
    call();
    store.delete(name);
  }
}
