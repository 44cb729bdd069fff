package org.googlenet.data.format;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.googlenet.storage.BulkInputStream;

/** How a shard is compressed as a whole; what is packed can only be read from its beginning. */
public enum Packing {
  /** Not at all: any range of it can be read. */
  NONE(0),
  /** By gzip, in one member or several. */
  GZIP(1),
  /** By Zstandard, in one frame or several. */
  ZSTD(2);

  private final int code;

  Packing(int code) {
    this.code = code;
  }

  /** Its number in an index. */
  int code() {
    return code;
  }

  /**
   * The packing of a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Packing ofCode(int code) {
    for (Packing each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new IllegalArgumentException("packing " + code);
  }

  /** How many bytes {@link #of} looks at. */
  static final int MAGIC_BYTES = 4;

  /** The packing of an object that begins with these bytes. */
  public static Packing of(byte[] start) {
    if (begins(start, 0x1F, 0x8B)) {
      return GZIP;
    }
    return begins(start, 0x28, 0xB5, 0x2F, 0xFD) ? ZSTD : NONE;
  }

  /**
   * The packing of a shard.
   *
   * @throws DataProblem if it is missing
   */
  public static Packing of(ShardSource source) throws IOException {
    try (InputStream in = source.open(0, MAGIC_BYTES)) {
      return of(in.readNBytes(MAGIC_BYTES));
    }
  }

  private static boolean begins(byte[] start, int... magic) {
    boolean same = start.length >= magic.length;
    for (int i = 0; same && i < magic.length; i++) {
      same = (start[i] & 0xFF) == magic[i];
    }
    return same;
  }

  /** The content of a packed stream that is no such content; the storage is well. */
  static final class Damaged extends IOException {

    private static final long serialVersionUID = 1L;

    Damaged(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The content of a stream.
   *
   * @param in the object's bytes, from the first one on
   * @return a stream that throws {@link Damaged} where the content is damaged or ends too early,
   *     and otherwise only what {@code in} throws
   */
  public InputStream open(InputStream in) {
    return this == NONE ? in : new Content(in);
  }

  private InputStream decoder(InputStream in) throws IOException {
    // The JDK's stream takes a storage's pause between two members for the end.
    return this == GZIP
        ? new GzipCompressorInputStream(in, true)
        : new ZstdCompressorInputStream(in);
  }

  /** In lower case, for messages. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Tells failures of the storage from those of what it gives. */
  private final class Content extends BulkInputStream {

    private final InputStream storage;
    private InputStream decoder;

    Content(InputStream storage) {
      this.storage = storage;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        if (decoder == null) {
          decoder = decoder(new Storage(storage));
        }
        return decoder.read(bytes, offset, length);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (EOFException e) {
        throw new Damaged("its " + Packing.this + " stream is truncated", e);
      } catch (IOException | RuntimeException e) {
        throw new Damaged(
            "its " + Packing.this + " stream is damaged (" + TarListing.why(e) + ")", e);
      }
    }

    @Override
    public void close() throws IOException {
      if (decoder != null) {
        decoder.close();
      }
      storage.close();
    }
  }

  /** Throws what the storage throws unchecked, so that a decoder's own failures are told apart. */
  private static final class Storage extends FilterInputStream {

    Storage(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      try {
        return super.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
