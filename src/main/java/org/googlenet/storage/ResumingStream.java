package org.googlenet.storage;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A stream over part of an object that reopens the object and goes on from where it was when its
 * connection breaks.
 *
 * <p>S3A and HDFS do the same for some seconds; this is for what they give up on, and for a
 * connection that ends early without an error, which S3A before 3.4 mistakes for the object's end.
 */
final class ResumingStream extends BulkInputStream {

  private static final int BUFFER = 1 << 20;

  private final Opener opener;
  private final long end;
  private final Retries retries;
  private final Request request;
  private long position;
  private FSDataInputStream in;
  private boolean closed;

  /** An abandoned read may still be waiting in a thread of its own, and is using the stream. */
  private volatile boolean isLeft;

  /** Opens the object at a position; fails if it is no longer the same object. */
  @FunctionalInterface
  interface Opener {
    FSDataInputStream open(long position) throws IOException;
  }

  /**
   * A stream that opens the object at its first read.
   *
   * @param start where to begin
   * @param end where to end; the object is known to have at least this many bytes
   * @param request for messages
   */
  ResumingStream(Opener opener, long start, long end, Retries retries, Request request) {
    this(null, opener, start, end, retries, request);
  }

  /** The same for an object that is already open at its start. */
  ResumingStream(
      FSDataInputStream first,
      Opener opener,
      long start,
      long end,
      Retries retries,
      Request request) {
    this.in = first;
    this.opener = opener;
    this.position = start;
    this.end = end;
    this.retries = retries;
    this.request = request;
  }

  /** The same with a buffer, so that each try reads a piece that is worth it. */
  InputStream buffered() {
    return new BufferedInputStream(this, (int) Math.max(1, Math.min(BUFFER, end - position)));
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (closed || isLeft) {
      throw new IOException(request.object() + ": the stream is closed");
    }
    if (count == 0) {
      return 0;
    }
    if (position == end) {
      return -1;
    }
    try {
      // Each byte read is a success: the next read begins a new series of tries.
      int n = retries.run(request, () -> readOnce(bytes, offset, count));
      position += n;
      return n;
    } catch (IOException e) {
      isLeft = true;
      throw e;
    }
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - position));
    if (in != null && skipped > 0) {
      try {
        in.seek(position + skipped);
      } catch (IOException | RuntimeException e) {
        drop(); // the next read opens the object there
      }
    }
    position += skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return in == null ? 0 : (int) Math.min(in.available(), end - position);
  }

  @Override
  public void close() {
    closed = true;
    if (!isLeft) {
      drop();
    }
  }

  private int readOnce(byte[] bytes, int offset, int count) throws IOException {
    try {
      if (in == null) {
        in = opener.open(position);
      }
      int n = fill(bytes, offset, (int) Math.min(count, end - position));
      if (n == 0) {
        throw new EOFException(request.object() + ": it ended at byte " + position + " of " + end);
      }
      if (isLeft) {
        drop();
      }
      return n;
    } catch (IOException | RuntimeException e) {
      drop();
      throw e;
    }
  }

  /**
   * Reads as much as is asked for, since each try may run in a thread of its own. What was read
   * before a failure counts, and the next read meets the failure.
   */
  private int fill(byte[] bytes, int offset, int count) throws IOException {
    int n = 0;
    while (n < count) {
      int more;
      try {
        more = in.read(bytes, offset + n, count - n);
      } catch (IOException e) {
        if (n == 0) {
          throw e;
        }
        more = -1;
      }
      if (more < 0) {
        drop();
        return n;
      }
      n += more;
    }
    return n;
  }

  /** Closes the stream below. A broken stream may fail to close too, which tells us nothing new. */
  private void drop() {
    if (in != null) {
      try {
        in.close();
      } catch (IOException | RuntimeException e) {
        // Another stream replaces it.
      }
      in = null;
    }
  }
}
