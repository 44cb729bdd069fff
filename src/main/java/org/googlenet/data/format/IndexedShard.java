package org.googlenet.data.format;

import java.io.IOException;
import java.io.InputStream;

/** A shard of which it is known where each record lies. Any number of readers may be open. */
public interface IndexedShard {

  /** The number of records. */
  int records();

  /**
   * Opens consecutive records, and reads no more of the shard than they need.
   *
   * @param from the first, from 0
   * @param to one past the last
   * @throws DataProblem if the shard is missing
   */
  RecordReader read(int from, int to) throws IOException;

  /**
   * Looks through the whole shard, and goes on behind a record that is damaged. A shard that ends
   * within a record is not said to be damaged: whoever calls knows its length.
   *
   * @param in the shard's bytes from the first one on; need not be read to the end
   * @throws DataProblem if the index is not that of the shard
   */
  void check(InputStream in, RecordVisitor visitor) throws IOException;
}
