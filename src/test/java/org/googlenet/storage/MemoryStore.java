package org.googlenet.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** An object store in memory, for tests of what is built on stores; it keeps the same contract. */
public final class MemoryStore implements ObjectStore, Renaming {

  private final String location;
  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  public MemoryStore() {
    this("memory");
  }

  MemoryStore(String location) {
    this.location = location;
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return new ByteArrayInputStream(bytes(name));
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    byte[] bytes = bytes(name);
    int from = (int) Math.min(offset, bytes.length);
    int to = (int) Math.min(from + length, bytes.length);
    return new ByteArrayInputStream(Arrays.copyOfRange(bytes, from, to));
  }

  @Override
  public void create(String name, Body body) throws IOException {
    Names.checked(location(), name);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenContent written = WrittenContent.by(body, out);
    if (objects.putIfAbsent(name, out.toByteArray()) != null) {
      written.orTaken(this, name);
    }
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    Names.checked(location(), name);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    objects.put(name, out.toByteArray());
  }

  @Override
  public List<Entry> list(String prefix) {
    String folder = Names.folder(location(), prefix);
    return objects.entrySet().stream()
        .filter(e -> folder.isEmpty() || e.getKey().startsWith(folder + "/"))
        .map(e -> new Entry(e.getKey(), e.getValue().length))
        .toList();
  }

  @Override
  public void delete(String name) {
    objects.remove(Names.checked(location(), name));
  }

  @Override
  public boolean rename(String from, String to) {
    boolean isFree = list(from).isEmpty() || list(to).isEmpty();
    for (Entry entry : isFree ? list(from) : List.<Entry>of()) {
      objects.put(to + entry.name().substring(from.length()), objects.remove(entry.name()));
    }
    return isFree;
  }

  private byte[] bytes(String name) throws IOException {
    byte[] bytes = objects.get(Names.checked(location(), name));
    if (bytes == null) {
      throw new FileNotFoundException(location() + "/" + name + ": no such object");
    }
    return bytes;
  }
}
