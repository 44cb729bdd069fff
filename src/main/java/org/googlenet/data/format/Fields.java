package org.googlenet.data.format;

import java.io.Serializable;
import java.util.Locale;

/**
 * Which fields of others' records are image, label and key; each empty for what the format takes by
 * itself.
 *
 * @param image such as {@code jpg} of a WebDataset tar, {@code image} of a Parquet file
 * @param label such as {@code cls}, {@code image/class/label}
 * @param key such as {@code image/filename}; or {@value #POSITION}
 * @param needsLabel whether a record without a label is bad; otherwise its label is empty, as when
 *     images are to be classified, unless it does not have the very field that is named
 */
public record Fields(String image, String label, String key, boolean needsLabel)
    implements Serializable {

  /** What each format takes by itself. */
  public static final Fields DEFAULT = new Fields("", "", "");

  /** Fields of records that need a label. */
  public Fields(String image, String label, String key) {
    this(image, label, key, true);
  }

  /** The same of records that need not have a label. */
  public Fields withoutNeedOfLabel() {
    return new Fields(image, label, key, false);
  }

  /** In place of a key's field: the shard's name and the record's position in it. */
  public static final String POSITION = "position";

  /**
   * Whether a record may do without the label's field. One that the user named must be there, or a
   * slip of the pen would take all labels away.
   */
  public boolean mayLackLabelField() {
    return !needsLabel && label.isEmpty();
  }

  boolean hasPositionAsKey() {
    return key.equals(POSITION);
  }

  /**
   * A record's key by its place: {@code train-000/000017} for the 18th of {@code train-000.tar}.
   *
   * @param shard the shard's name
   * @param position from 0, counting records that cannot be used, too
   */
  public static String positionKey(String shard, int position) {
    return String.format(Locale.ROOT, "%s/%06d", FileKey.of(shard), position);
  }
}
