package org.googlenet.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.googlenet.common.Daemons;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.BulkInputStream;

/**
 * Opens bytes of shards as streams whose next pieces are fetched at the same time, each by a
 * request of its own, since one request to a store gives an answer late and then slowly.
 *
 * <p>Streams that are open and have not been read from yet share a limit; the one that is read has
 * its own. A stream that is closed early, or all of them, stops what is under way. A piece that
 * fails, fails the read that comes to it. Two pieces may be of two objects if a shard is replaced
 * meanwhile, which data sets exclude; between two ranges of records that is so in any case.
 */
final class ParallelFetch implements Closeable {

  /** Worth a request of its own: its transfer takes about as long as its answer. */
  static final int PIECE = 4 << 20;

  /** The most bytes that a stream has fetched or asked for, and not read. */
  static final int AHEAD = 4 * PIECE;

  /** The most bytes that a stream which is read takes, with the piece in use. */
  static final long ONE_STREAM = AHEAD + PIECE;

  private static final int THREADS = 10;

  private final ExecutorService threads;
  private final long limit;
  private final AtomicLong unreadBytes = new AtomicLong();

  /**
   * Fetches for one reader of a data set, which reads one stream after the other.
   *
   * @param limit the most bytes that are fetched for streams that are not read from yet
   */
  ParallelFetch(String name, long limit) {
    this.threads = Daemons.pool(THREADS, name);
    this.limit = limit;
  }

  /** Takes so many bytes of the limit, if it has them. */
  private boolean reserve(int length) {
    if (unreadBytes.addAndGet(length) <= limit) {
      return true;
    }
    unreadBytes.addAndGet(-length);
    return false;
  }

  /**
   * Opens bytes of a shard, and begins to fetch the first ones. The stream ends early if the shard
   * does.
   *
   * @param length may be more than the shard has
   */
  InputStream open(ShardSource source, long offset, long length) {
    long rest = Math.max(0, source.shard().bytes() - offset);
    Pieces pieces = new Pieces(source, offset, offset + Math.min(length, rest));
    pieces.fetch();
    return pieces;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static byte[] fetch(ShardSource source, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (InputStream in = source.open(offset, length)) {
      int count = in.readNBytes(bytes, 0, length);
      return count == length ? bytes : Arrays.copyOf(bytes, count);
    }
  }

  /** A stream over part of a shard; its reader is one thread at a time. */
  private final class Pieces extends BulkInputStream {

    private final ShardSource source;
    private final long end;
    private final Deque<Future<byte[]>> ahead = new ArrayDeque<>();
    private long asked;
    private long unread;
    private byte[] piece = {};
    private int position;
    private boolean ended;

    /** Bytes of the limit; -1 once the stream is read from or closed. */
    private int reserved;

    Pieces(ShardSource source, long offset, long end) {
      this.source = source;
      this.asked = offset;
      this.end = end;
      this.unread = end - offset;
    }

    private void fetch() {
      while (asked < end && ahead.size() < AHEAD / PIECE) {
        long offset = asked;
        int length = (int) Math.min(PIECE, end - offset);
        if (reserved >= 0) {
          if (!reserve(length)) {
            return;
          }
          reserved += length;
        }
        ahead.add(threads.submit(() -> ParallelFetch.fetch(source, offset, length)));
        asked += length;
      }
    }

    private void release() {
      if (reserved >= 0) {
        unreadBytes.addAndGet(-reserved);
        reserved = -1;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == piece.length && !next()) {
        return -1;
      }
      int count = Math.min(length, piece.length - position);
      System.arraycopy(piece, position, bytes, offset, count);
      position += count;
      unread -= count;
      return count;
    }

    /** One copy, where the method that this overrides makes two. */
    @Override
    public byte[] readNBytes(int length) throws IOException {
      byte[] bytes = new byte[(int) Math.min(length, unread)];
      int count = readNBytes(bytes, 0, bytes.length);
      return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }

    /** Goes on to the next piece; false at the end. */
    private boolean next() throws IOException {
      piece = new byte[0];
      position = 0;
      if (ended) {
        return false;
      }
      if (reserved >= 0) {
        release();
        fetch();
      }
      if (ahead.isEmpty()) {
        return false;
      }
      piece = Daemons.outcome(ahead.remove());
      ended = piece.length < PIECE;
      fetch();
      return piece.length > 0;
    }

    @Override
    public int available() {
      return piece.length - position;
    }

    @Override
    public void close() {
      release();
      ended = true;
      asked = end;
      piece = new byte[0];
      position = 0;
      ahead.forEach(task -> task.cancel(true));
      ahead.clear();
    }
  }
}
