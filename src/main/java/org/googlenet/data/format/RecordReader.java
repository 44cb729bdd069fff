package org.googlenet.data.format;

import java.io.Closeable;
import java.io.IOException;

/** Reads consecutive records of a shard, one after the other; for use by one thread. */
public interface RecordReader extends Closeable {

  /**
   * The next record, or null after the last.
   *
   * @throws DamagedRecord if the bytes of the next record are not one, or the shard ends before its
   *     end; the call after that goes on with the record behind it
   * @throws DataProblem if the shard cannot be read at all
   * @throws IOException if the storage cannot be read
   */
  StoredRecord next() throws IOException;
}
