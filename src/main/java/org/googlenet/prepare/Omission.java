package org.googlenet.prepare;

/** Why something of a source is not in the data set, in the order of a report. */
public enum Omission {
  /** An image that cannot be decoded. */
  IMAGE("not decodable"),
  /** An image whose key another one has too. */
  KEY("key taken"),
  /** An image whose label is not one of the classes. */
  LABEL("label outside the classes"),
  /** An image that lies in no class folder. */
  CLASS("in no class folder"),
  /** An image with more bytes than a record may have. */
  SIZE("too large"),
  /** An image that was listed and was not there, or not whole, when it was read. */
  GONE("gone"),
  /** A link that leads to no file or to a folder around it, or one within a tar. */
  LINK("link not followed"),
  /** An image whose name cannot be a record's. */
  NAME("unusable name"),
  /** What should be an image with a label, in a shard or list that others wrote, and is not. */
  RECORD("unusable record"),
  /** A shard that others wrote and that cannot be read, or not to its end; it counts as one. */
  SHARD("unreadable shard"),
  /** What systems hide: its name, or that of a folder around it, begins with a dot. */
  HIDDEN("hidden"),
  /** A file that is no image. */
  OTHER("not an image");

  private final String words;

  Omission(String words) {
    this.words = words;
  }

  /** Whether it may be an image that somebody wants, and not one of the things beside images. */
  public boolean isBad() {
    return compareTo(HIDDEN) < 0;
  }

  /** What is the matter, for people: {@code not decodable}. */
  @Override
  public String toString() {
    return words;
  }
}
