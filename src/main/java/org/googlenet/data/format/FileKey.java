package org.googlenet.data.format;

import java.util.Locale;

/** Makes keys of the names of files, and of keys that others gave. */
public final class FileKey {

  private FileKey() {}

  /** The key for a file's name: the {@link #whole} name without its extension. */
  public static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    boolean hasExtension = dot > fileName.lastIndexOf('/') + 1;
    return whole(hasExtension ? fileName.substring(0, dot) : fileName);
  }

  /**
   * The key for a text that names a record: the text with every dot, percent sign and control
   * character as {@code %XX}, because in a shard a key ends at the first dot.
   */
  public static String whole(String text) {
    StringBuilder key = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == '%' || Character.isISOControl(c)) {
        key.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else {
        key.append(c);
      }
    }
    return key.toString();
  }
}
