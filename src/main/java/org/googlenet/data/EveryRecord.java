package org.googlenet.data;

import java.io.IOException;
import java.util.List;
import org.googlenet.data.format.DamagedRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.StoredRecord;

/** Passes on every record of a data set, also those that cannot be used: none is left out. */
public final class EveryRecord {

  private final Dataset dataset;
  private final Visitor visitor;

  /** Is told of each record once. */
  public interface Visitor {

    /**
     * A record that can be read; its image has not been checked.
     *
     * @param className of its label; null if that is not one of the classes
     */
    void record(StoredRecord record, String className) throws IOException;

    /**
     * A record that cannot be read.
     *
     * @param shard the shard's name
     * @param position in the shard, from 0
     */
    void damaged(String shard, int position, DataProblem why) throws IOException;
  }

  private EveryRecord(Dataset dataset, Visitor visitor) {
    this.dataset = dataset;
    this.visitor = visitor;
  }

  /**
   * Reads ranges, one after the other; only one record at a time is parsed.
   *
   * @throws DataProblem if a shard or its index is missing or damaged
   * @throws IOException if the storage cannot be read, or the visitor says so
   */
  public static void of(Dataset dataset, List<Range> ranges, Visitor visitor) throws IOException {
    EveryRecord every = new EveryRecord(dataset, visitor);
    try (RangesAhead readers = new RangesAhead(dataset, ranges)) {
      for (Range range : ranges) {
        try (RecordReader reader = readers.next()) {
          for (int position = range.from(); position < range.to(); position++) {
            every.next(range.shard(), position, reader);
          }
        }
      }
    }
  }

  private void next(int shard, int position, RecordReader reader) throws IOException {
    StoredRecord record;
    try {
      record = reader.next();
    } catch (DamagedRecord damaged) {
      visitor.damaged(dataset.shards().get(shard).name(), position, damaged);
      return;
    }
    visitor.record(record, className(shard, record));
  }

  private String className(int shard, StoredRecord record) {
    try {
      return dataset.classNames().get(dataset.labels().label(dataset.nameOf(shard), record));
    } catch (DataProblem unknown) {
      return null;
    }
  }
}
