package org.googlenet.prepare;

import java.io.Serializable;
import org.googlenet.data.format.FileKey;

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

  /** The key for a file's name. */
  static String key(String fileName) {
    return FileKey.of(fileName);
  }

  /** Whether a file's name is that of a JPEG or PNG, by its extension in any case. */
  static boolean isImage(String fileName) {
    return fileName.matches("(?i).*[^/]\\.(jpe?g|png)");
  }
}
