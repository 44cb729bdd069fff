package org.googlenet.data.format;

import java.util.Locale;

/** Makes keys of the names of files. */
public final class FileKey {

  private FileKey() {}

  /**
   * The key for a file's name: the name without its extension, with every dot, percent sign and
   * control character as {@code %XX}, because in a shard a key ends at the first dot.
   */
  public static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    boolean hasExtension = dot > fileName.lastIndexOf('/') + 1;
    String stem = hasExtension ? fileName.substring(0, dot) : fileName;
    StringBuilder key = new StringBuilder(stem.length());
    for (int i = 0; i < stem.length(); i++) {
      char c = stem.charAt(i);
      if (c == '.' || c == '%' || Character.isISOControl(c)) {
        key.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else {
        key.append(c);
      }
    }
    return key.toString();
  }
}
