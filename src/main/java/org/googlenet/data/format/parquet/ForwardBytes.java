package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.io.InputStream;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.BulkInputStream;

/**
 * Opens bytes of a shard from one stream of all of it, as long as each range lies behind the one
 * before; so a pass over a shard reads it once. What lies before is opened anew.
 */
final class ForwardBytes implements ShardSource.Bytes {

  private final ShardSource source;
  private final InputStream in;
  private long position;

  /**
   * The ranges of a stream.
   *
   * @param in the shard's bytes from the first one on; it is not closed here
   */
  ForwardBytes(ShardSource source, InputStream in) {
    this.source = source;
    this.in = in;
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    if (offset < position) {
      return source.open(offset, length);
    }
    byte[] buffer = new byte[1 << 16];
    while (position < offset) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, offset - position));
      if (count < 0) {
        return InputStream.nullInputStream();
      }
      position += count;
    }
    return new Part(length);
  }

  private final class Part extends BulkInputStream {

    private long left;

    Part(long length) {
      this.left = length;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0 && left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      position += Math.max(count, 0);
      return count;
    }
  }
}
