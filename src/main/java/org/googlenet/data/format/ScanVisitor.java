package org.googlenet.data.format;

/** Is told everything that a shard that somebody else wrote has in it, in the shard's order. */
public interface ScanVisitor {

  /**
   * A record with an image and a label; neither has been checked.
   *
   * @param place where the image is, as {@link RecordIndex.Entry} has it
   */
  void record(StoredRecord record, long place);

  /**
   * The name that the shard itself has for a class; may be told any number of times.
   *
   * @param label a number, as records have it
   */
  void className(String label, String name);

  /**
   * Something that should be a record and cannot be used.
   *
   * @param what it is: {@code record 0001}, {@code entry a/b.jpg}
   * @param reason what is wrong, and after a semicolon the remedy
   */
  void bad(String what, String reason);

  /**
   * The shard cannot be read from here on; it is the last call.
   *
   * @param reason what is wrong, and after a semicolon the remedy
   */
  void broken(String reason);

  /**
   * Something that is no record and does not belong to one.
   *
   * @param kind in the plural: {@code AppleDouble files}
   * @param name of this one
   */
  void passedOver(String kind, String name);
}
