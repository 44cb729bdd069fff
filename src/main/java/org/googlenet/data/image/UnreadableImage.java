package org.googlenet.data.image;

import java.io.IOException;

/**
 * Says why bytes are not an image, as the end of a sentence that begins with 'image'; code that
 * knows the record or file makes a problem of it.
 */
public final class UnreadableImage extends IOException {

  private static final long serialVersionUID = 1L;

  public UnreadableImage(String message) {
    super(message);
  }

  UnreadableImage(String message, Throwable cause) {
    super(message, cause);
  }
}
