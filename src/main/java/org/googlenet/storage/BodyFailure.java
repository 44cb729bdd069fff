package org.googlenet.storage;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Wraps what an {@link ObjectStore.Body} threw, so that it is not mistaken for an error of the
 * storage.
 */
final class BodyFailure extends HadoopErrors.Final {

  private static final long serialVersionUID = 1L;

  private BodyFailure(Throwable cause) {
    super("the body failed", cause);
  }

  /** A body whose failures are wrapped. */
  static ObjectStore.Body marked(ObjectStore.Body body) {
    return out -> mark(body, out);
  }

  private static void mark(ObjectStore.Body body, OutputStream out) throws IOException {
    try {
      body.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      throw new BodyFailure(e);
    }
  }

  IOException unmarked() {
    if (getCause() instanceof RuntimeException e) {
      throw e;
    }
    if (getCause() instanceof Error e) {
      throw e;
    }
    return (IOException) getCause();
  }
}
