package org.googlenet.data.format;

import java.io.Serializable;

/**
 * Which fields of others' records are image, label and key; each empty for what the format takes by
 * itself.
 *
 * @param image such as {@code jpg} of a WebDataset tar, {@code image} of a Parquet file
 * @param label such as {@code cls}, {@code image/class/label}
 * @param key such as {@code image/filename}
 */
public record Fields(String image, String label, String key) implements Serializable {

  /** What each format takes by itself. */
  public static final Fields DEFAULT = new Fields("", "", "");
}
