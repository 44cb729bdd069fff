package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.Packing;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.ObjectStore;

/** What a scan of a shard told, and the index that it makes. */
final class Scanned implements ScanVisitor {

  final List<StoredRecord> records = new ArrayList<>();
  final List<RecordIndex.Entry> entries = new ArrayList<>();
  final Map<String, String> classNames = new TreeMap<>();
  final List<String> bad = new ArrayList<>();
  final List<String> broken = new ArrayList<>();
  String sha256;

  /** Scans an object of a store. */
  static Scanned of(ForeignFormat format, ObjectStore store, String name, Fields fields)
      throws IOException {
    Scanned scanned = new Scanned();
    long bytes = store.readBytes(name, 1 << 28).length;
    Shard shard = new Shard(name, 0, bytes, "", "");
    scanned.sha256 = format.scan(new ShardSource(store, shard), fields, scanned);
    return scanned;
  }

  /** Writes the index of what was told, and describes the shard. */
  Shard index(ObjectStore store, String name) throws IOException {
    long bytes = store.readBytes(name, 1 << 28).length;
    RecordIndex.Origin origin =
        new RecordIndex.Origin(Packing.NONE, bytes, sha256, Sha256.of(new byte[0]));
    byte[] index = RecordIndex.of(origin, entries, new byte[0]).toBytes();
    store.overwrite(RecordIndex.nameOf(name), ObjectStore.Body.of(index));
    return new Shard(name, entries.size(), bytes, sha256, Sha256.of(index));
  }

  @Override
  public void record(StoredRecord record, long place) {
    records.add(record);
    int crc = RecordIndex.crc32c(record.image());
    entries.add(
        new RecordIndex.Entry(record.key(), record.label(), place, record.image().length, crc));
  }

  @Override
  public void className(String label, String name) {
    classNames.put(label, name);
  }

  @Override
  public void bad(String what, String reason) {
    bad.add(what + " " + reason);
  }

  @Override
  public void broken(String reason) {
    broken.add(reason);
  }

  @Override
  public void passedOver(String kind, String name) {
    throw new AssertionError(String.format(Locale.ROOT, "%s: %s", kind, name));
  }
}
