package org.googlenet.data.format;

/** Receives each record of a shard that is checked. */
public interface RecordVisitor {

  /**
   * Called for a record that can be read; neither its label nor its image has been checked.
   *
   * @param position in the shard, from 0
   */
  void record(int position, StoredRecord record);

  /**
   * Called for bytes that are not a record.
   *
   * @param position in the shard, from 0
   * @param problem names the shard and the record, and says what is wrong
   */
  void damaged(int position, DataProblem problem);
}
