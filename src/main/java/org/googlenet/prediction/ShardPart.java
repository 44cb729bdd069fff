package org.googlenet.prediction;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.Stores;

/**
 * A shard that others wrote, from the first byte to the last: where its records lie is not known
 * before.
 *
 * @param root the folder of the shards: a path or URI
 * @param shard its name there
 * @param bytes its length
 * @param format the name of a {@link ForeignFormat}
 */
record ShardPart(String root, String shard, long bytes, String format, Fields fields)
    implements Part {

  @Override
  public void read(Stores stores, Visitor visitor) throws IOException {
    ForeignFormat known = (ForeignFormat) ShardFormat.all().get(format);
    known.scan(source(stores, root, shard, bytes), fields, new Scan(visitor));
  }

  static ShardSource source(Stores stores, String root, String shard, long bytes) {
    return new ShardSource(stores.open(root), new Shard(shard, 0, bytes, "", "")).with(stores);
  }

  private final class Scan implements ScanVisitor {

    private final Visitor visitor;
    private final Map<String, String> classNames = new HashMap<>();

    Scan(Visitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public void record(StoredRecord record, long place) {
      String label = classNames.getOrDefault(record.label(), record.label());
      visitor.image(new RecordName(record.key(), label.isEmpty() ? null : label), record.image());
    }

    @Override
    public void className(String label, String name) {
      classNames.put(label, name);
    }

    @Override
    public void bad(String what, String reason) {
      visitor.unreadable(new RecordName(shard + ": " + what, null), reason);
    }

    /** The records behind are lost, and so is their number: they have one row together. */
    @Override
    public void broken(String reason) {
      visitor.unreadable(new RecordName(shard, null), reason);
    }

    @Override
    public void passedOver(String kind, String name) {}
  }
}
