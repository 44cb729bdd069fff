package org.googlenet.data.format;

import java.io.Closeable;
import java.io.IOException;

/** Reads consecutive records of a shard, one after the other; for use by one thread. */
public interface RecordReader extends Closeable {

  /**
   * The next record, or null after the last.
   *
   * @throws DataProblem if the shard ends too early, or the bytes are not a record
   * @throws IOException if the storage cannot be read
   */
  StoredRecord next() throws IOException;
}
