package org.googlenet.data.format;

import java.io.IOException;
import java.io.InputStream;

/** A shard together with the place of each of its records. Any number of readers may be open. */
public interface IndexedShard {

  /** The number of records. */
  int records();

  /**
   * Opens consecutive records; reads no more of the shard than they take.
   *
   * @param from the first record, from 0
   * @param to one past the last record
   * @throws DataProblem if the shard is missing
   */
  RecordReader read(int from, int to) throws IOException;

  /**
   * Checks the whole shard, and goes on after a damaged record. It does not report that a shard
   * ends within a record: the caller knows its length.
   *
   * @param in the shard's bytes from the first one on; may not be read to the end
   * @throws DataProblem if the index is not that of the shard
   */
  void check(InputStream in, RecordVisitor visitor) throws IOException;
}
