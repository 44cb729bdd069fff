package org.googlenet.prepare;

import java.io.Serializable;
import java.util.Locale;

/**
 * Says where an image lies, without its bytes.
 *
 * @param key the key that the record will have
 * @param label the class, from 0
 * @param object the object of the source that is the image, or that contains it
 * @param offset of its first byte in the object (in the unpacked object if it is compressed)
 * @param bytes number of bytes there
 */
public record ImageRef(String key, int label, String object, long offset, long bytes)
    implements Serializable {

  /**
   * The key for a file's name: the name without its extension, with every dot, percent sign and
   * control character as {@code %XX}, because in a shard a key ends at the first dot.
   */
  static String key(String fileName) {
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
