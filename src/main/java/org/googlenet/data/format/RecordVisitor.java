package org.googlenet.data.format;

/** Is told of each record of a shard that is looked through. */
public interface RecordVisitor {

  /**
   * A record that can be read; neither its label nor its image was looked at.
   *
   * @param position in the shard, from 0
   */
  void record(int position, StoredRecord record);

  /**
   * What lies there is not a record.
   *
   * @param position in the shard, from 0
   * @param problem names the shard and the record, and says what is wrong
   */
  void damaged(int position, DataProblem problem);
}
