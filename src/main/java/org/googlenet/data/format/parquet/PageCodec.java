package org.googlenet.data.format.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/** Unpacks compressed pages, to no more than their bytes can hold. */
final class PageCodec {

  /** What any page may unpack to: eight times the size that writers aim at. */
  private static final long ALWAYS = 8 << 20;

  /** No codec packs anything but endless repetition more tightly than deflate at its best. */
  private static final long TIGHTEST = 1032;

  /** Up to here a page may be packed so tightly, as one blank image is. */
  private static final long ONE_IMAGE = 64 << 20;

  /** What a larger page, which has many images, may unpack to per byte. */
  private static final long MANY_IMAGES = 32;

  /** Snappy packs no more than 64 bytes into three. */
  private static final long TIGHTEST_SNAPPY = 22;

  private PageCodec() {}

  /** The most bytes that packed ones may claim to unpack to. */
  static long most(long packed) {
    long tight = Math.min(TIGHTEST * packed, Math.max(ONE_IMAGE, MANY_IMAGES * packed));
    return Math.min(Math.max(ALWAYS, tight), Integer.MAX_VALUE - 8);
  }

  /**
   * The bytes of a page.
   *
   * @param size how many they are, as the page's header claims
   * @throws DamagedParquet if they are not that many, or are not compressed so
   */
  static byte[] unpack(CompressionCodec codec, byte[] packed, int size) throws DamagedParquet {
    if (size < 0 || size > most(packed.length)) {
      throw new DamagedParquet(
          String.format(
              Locale.ROOT, "a page of %d bytes claims to unpack to %d", packed.length, size));
    }
    byte[] page;
    try {
      page = unpacked(codec, packed, size);
    } catch (IOException | RuntimeException e) {
      throw new DamagedParquet("a page cannot be unpacked by " + codec, e);
    }
    if (page.length != size) {
      throw new DamagedParquet(
          String.format(
              Locale.ROOT, "a page unpacks to %d bytes, its header says %d", page.length, size));
    }
    return page;
  }

  private static byte[] unpacked(CompressionCodec codec, byte[] packed, int size)
      throws IOException, DamagedParquet {
    return switch (codec) {
      case UNCOMPRESSED -> packed;
      case SNAPPY -> snappy(packed, size);
      case GZIP -> gzip(packed, size);
      case ZSTD -> zstd(packed, size);
      default ->
          throw new DamagedParquet(
              "pages are compressed by "
                  + codec
                  + ", which is not supported (snappy, gzip, zstd and none are)");
    };
  }

  private static byte[] snappy(byte[] packed, int size) throws IOException {
    boolean isTooLong = size > TIGHTEST_SNAPPY * packed.length;
    if (isTooLong || Snappy.uncompressedLength(packed) != size) {
      throw new IOException("snappy has another length");
    }
    byte[] page = new byte[size];
    Snappy.uncompress(packed, 0, packed.length, page, 0);
    return page;
  }

  private static byte[] gzip(byte[] packed, int size) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(size + 1);
    }
  }

  private static byte[] zstd(byte[] packed, int size) throws IOException {
    if (Zstd.decompressedSize(packed) != size) {
      // Not known, or of several frames: no more memory than what they come to.
      try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(packed))) {
        return in.readNBytes(size + 1);
      }
    }
    byte[] page = new byte[size];
    long length = Zstd.decompressByteArray(page, 0, size, packed, 0, packed.length);
    if (Zstd.isError(length) || length != size) {
      throw new IOException("zstd: " + Zstd.getErrorName(length));
    }
    return page;
  }
}
