package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.common.Sha256;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;

/** All that a scan tells of a shard, in its order. */
final class Scanned implements ScanVisitor {

  final List<String> records = new ArrayList<>();
  final List<byte[]> images = new ArrayList<>();
  final List<Long> places = new ArrayList<>();
  final List<String> flaws = new ArrayList<>();
  final List<String> passedOver = new ArrayList<>();
  final Map<String, String> classes = new TreeMap<>();
  final String sha256;

  private Scanned(ForeignFormat format, byte[] shard, Fields fields) throws IOException {
    ObjectStore store = new MemoryStore();
    store.create("s/x-0.shard", ObjectStore.Body.of(shard));
    ShardSource source = new ShardSource(store, new Shard("s/x-0.shard", 0, shard.length, "", ""));
    this.sha256 = format.scan(source, fields, this);
  }

  static Scanned of(ForeignFormat format, byte[] shard, Fields fields) throws IOException {
    return new Scanned(format, shard, fields);
  }

  static Scanned of(ForeignFormat format, byte[] shard) throws IOException {
    Scanned scanned = new Scanned(format, shard, Fields.DEFAULT);
    assertThat(scanned.sha256).isEqualTo(Sha256.of(shard));
    return scanned;
  }

  @Override
  public void record(StoredRecord record, long place) {
    records.add(record.key() + "=" + record.label());
    images.add(record.image());
    places.add(place);
  }

  @Override
  public void className(String label, String name) {
    classes.put(label, name);
  }

  @Override
  public void bad(String what, String reason) {
    flaws.add(what + ": " + reason);
  }

  @Override
  public void broken(String reason) {
    flaws.add("shard: " + reason);
  }

  @Override
  public void passedOver(String kind, String name) {
    passedOver.add(kind + ": " + name);
  }
}
