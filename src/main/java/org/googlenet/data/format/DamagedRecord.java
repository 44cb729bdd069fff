package org.googlenet.data.format;

/** One record of a shard is not an image and a label; the records behind it can still be read. */
public final class DamagedRecord extends DataProblem {

  private static final long serialVersionUID = 1L;

  private final int position;

  /**
   * A damaged record.
   *
   * @param position of the record in its shard, from 0
   */
  public DamagedRecord(int position, String message, Throwable cause) {
    super(message, cause);
    this.position = position;
  }

  /** The record's position in its shard, from 0. */
  public int position() {
    return position;
  }
}
