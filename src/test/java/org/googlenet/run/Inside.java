package org.googlenet.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Renaming;

/** A folder of a store as a store of its own, which moves folders where the store can rename. */
record Inside(ObjectStore store, String folder) implements ObjectStore {

  @Override
  public String location() {
    return folder;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return store.read(folder + "/" + name);
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    return store.readRange(folder + "/" + name, offset, length);
  }

  @Override
  public void create(String name, Body body) throws IOException {
    store.create(folder + "/" + name, body);
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    store.overwrite(folder + "/" + name, body);
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    return store.list(prefix.isEmpty() ? folder : folder + "/" + prefix).stream()
        .map(entry -> new Entry(entry.name().substring(folder.length() + 1), entry.bytes()))
        .toList();
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(folder + "/" + name);
  }

  @Override
  public boolean move(String name, ObjectStore to) throws IOException {
    return store instanceof Renaming renaming
        && renaming.rename(folder + "/" + name, ((Inside) to).folder + "/" + name);
  }
}
