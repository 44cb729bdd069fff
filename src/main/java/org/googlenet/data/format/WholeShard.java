package org.googlenet.data.format;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.googlenet.common.Sha256;
import org.googlenet.storage.BulkInputStream;

/**
 * A shard as one stream that is read once, from the first byte to the last: unpacked, with the
 * position in it, and with the SHA-256 of its object.
 *
 * <p>A failure of the storage is thrown as an {@link UncheckedIOException}, so that any other
 * failure to read is the shard's.
 */
final class WholeShard extends BulkInputStream implements Closeable {

  private static final int BUFFER = 1 << 16;

  private final MessageDigest digest = Sha256.digest();
  private final InputStream object;
  private final InputStream content;
  private long position;
  private long watchedFrom = Long.MAX_VALUE;
  private boolean sawContent;

  /**
   * Opens a shard.
   *
   * @throws DataProblem if it is missing
   */
  WholeShard(ShardSource source) throws IOException {
    InputStream opened = source.open(0, source.shard().bytes());
    PushbackInputStream digested =
        new PushbackInputStream(new DigestInputStream(opened, digest), Packing.MAGIC_BYTES);
    byte[] start = digested.readNBytes(Packing.MAGIC_BYTES);
    digested.unread(start);
    this.object = digested;
    this.content = new BufferedInputStream(Packing.of(start).open(digested), BUFFER);
  }

  /** How many bytes of the content have been read. */
  long position() {
    return position;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count;
    try {
      count = content.read(bytes, offset, length);
    } catch (Packing.Damaged e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (count > 0) {
      watch(bytes, offset, count);
      position += count;
    }
    return count;
  }

  /** From this position on, {@link #sawContent} is to know whether all is zero. */
  void watchFrom(long from) {
    watchedFrom = from;
    sawContent = false;
  }

  private void watch(byte[] bytes, int offset, int count) {
    for (int i = (int) Math.max(0, Math.min(count, watchedFrom - position)); i < count; i++) {
      sawContent |= bytes[offset + i] != 0;
    }
  }

  /** Whether a byte that is not zero was read where it is watched. */
  boolean sawContent() {
    return sawContent;
  }

  /**
   * The SHA-256 of the whole object, after reading what is left of it.
   *
   * @throws UncheckedIOException if the storage cannot be read
   */
  String sha256() {
    try {
      object.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sha256.hex(digest.digest());
  }

  @Override
  public void close() throws IOException {
    content.close();
    object.close();
  }
}
