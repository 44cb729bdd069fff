package org.googlenet.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends after a number of bytes: how every store reads a range. */
final class Limited extends FilterInputStream {

  private long left;

  Limited(InputStream in, long bytes) {
    super(in);
    this.left = bytes;
  }

  @Override
  public int read() throws IOException {
    int b = left > 0 ? in.read() : -1;
    if (b >= 0) {
      left--;
    }
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    int n = left > 0 ? in.read(bytes, offset, (int) Math.min(count, left)) : -1;
    left -= Math.max(n, 0);
    return n;
  }

  @Override
  public long skip(long count) throws IOException {
    long n = in.skip(Math.min(count, left));
    left -= n;
    return n;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(in.available(), left);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
