package org.googlenet.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.googlenet.data.format.DamagedRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.StoredRecord;

/**
 * The records of some ranges of a data set, one after the other, each with its class; only one at a
 * time is parsed. Those that cannot be used are left to {@link BadRecords}.
 */
public final class Records implements Closeable {

  private final Dataset dataset;
  private final Labels labels;
  private final BadRecords bad;
  private final Iterator<Range> rest;
  private final RangesAhead readers;
  private Range range;
  private RecordReader reader;
  private int position;

  /** Where a record lies: in which shard, and at which position in it. */
  record Place(int shard, int position) {}

  Records(Dataset dataset, List<Range> ranges, BadRecords bad) {
    this.dataset = dataset;
    this.labels = dataset.labels();
    this.bad = bad;
    this.rest = List.copyOf(ranges).iterator();
    this.readers = new RangesAhead(dataset, ranges);
  }

  /**
   * The next record that can be used, or null after the last, or once too many cannot be used.
   *
   * @throws DataProblem if a shard or its index is missing or damaged, or a record is not an image
   *     with a label of the data set's classes and is not passed over
   */
  public Record next() throws IOException {
    Record record = null;
    while (record == null && !bad.areTooMany() && (reader != null || rest.hasNext())) {
      if (reader == null) {
        open(rest.next());
      }
      record = read();
    }
    return record;
  }

  /** The next record of the range; null if it is passed over, or the range has ended. */
  private Record read() throws IOException {
    StoredRecord stored;
    position++;
    try {
      stored = reader.next();
    } catch (DamagedRecord damaged) {
      bad.add(place(), null, Defect.RECORD, damaged);
      return null;
    }
    if (stored == null) {
      closeReader();
      return null;
    }
    try {
      return labels.apply(dataset.nameOf(range.shard()), stored);
    } catch (DataProblem unknown) {
      bad.add(place(), stored.key(), Defect.LABEL, unknown);
      return null;
    }
  }

  /** Where the last record that was read lies. */
  Place place() {
    return new Place(range.shard(), position - 1);
  }

  private void open(Range next) throws IOException {
    reader = readers.next();
    range = next;
    position = next.from();
  }

  @Override
  public void close() throws IOException {
    try {
      closeReader();
    } finally {
      readers.close();
    }
  }

  private void closeReader() throws IOException {
    if (reader != null) {
      RecordReader open = reader;
      reader = null;
      open.close();
    }
  }
}
