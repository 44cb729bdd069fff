package org.googlenet.storage;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that is made to be read by many bytes at a time; a single one is read as one of many.
 */
public abstract class BulkInputStream extends InputStream {

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
