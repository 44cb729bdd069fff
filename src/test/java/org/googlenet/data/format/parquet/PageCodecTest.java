package org.googlenet.data.format.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Pages that claim more than they have are damaged, and take no memory for what they claim. */
class PageCodecTest {

  private static final byte[] PAGE = page(3 << 20);

  /** Half noise, half zeros. */
  private static byte[] page(int length) {
    byte[] page = new byte[length / 2];
    new Random(1).nextBytes(page);
    return Arrays.copyOf(page, length);
  }

  private static byte[] zstdOfUnknownSize(byte[] page) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStreamNoFinalizer(packed)) {
      out.write(page);
    }
    assertThat(Zstd.decompressedSize(packed.toByteArray())).isNotEqualTo(page.length);
    return packed.toByteArray();
  }

  private static byte[] gzip(byte[] page) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(page);
    }
    return packed.toByteArray();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static void assertHas(CompressionCodec codec, byte[] packed, byte[] page)
      throws DamagedParquet {
    assertThat(PageCodec.unpack(codec, packed, page.length)).isEqualTo(page);
    for (int claimed : new int[] {page.length - 1, page.length + 1, 60 << 20}) {
      assertThatThrownBy(() -> PageCodec.unpack(codec, packed, claimed))
          .isInstanceOf(DamagedParquet.class);
    }
  }

  @Test
  void eachCodecGivesThePageAndNoOther() throws Exception {
    assertHas(CompressionCodec.UNCOMPRESSED, PAGE, PAGE);
    assertHas(CompressionCodec.SNAPPY, Snappy.compress(PAGE), PAGE);
    assertHas(CompressionCodec.GZIP, gzip(PAGE), PAGE);
    assertHas(CompressionCodec.ZSTD, Zstd.compress(PAGE), PAGE);
    assertHas(CompressionCodec.ZSTD, zstdOfUnknownSize(PAGE), PAGE);
  }

  @Test
  void aZstdPageMayHaveSeveralFrames() throws Exception {
    byte[] packed = joined(Zstd.compress(PAGE), Zstd.compress(page(1000)));
    assertHas(CompressionCodec.ZSTD, packed, joined(PAGE, page(1000)));
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() {
    // Two megabytes could claim two gigabytes by the tightest packing there is.
    byte[] packed = new byte[2 << 20];
    for (CompressionCodec codec : CompressionCodec.values()) {
      assertThatThrownBy(() -> PageCodec.unpack(codec, packed, 2_000_000_000))
          .isInstanceOf(DamagedParquet.class)
          .hasMessage("a page of 2097152 bytes claims to unpack to 2000000000");
    }
  }

  @Test
  void aBlankImageMayBePackedTightlyAndManyImagesLess() {
    assertThat(PageCodec.most(100)).isEqualTo(8 << 20);
    assertThat(PageCodec.most(60_000)).isEqualTo(1032L * 60_000);
    assertThat(PageCodec.most(1 << 20)).isEqualTo(64 << 20);
    assertThat(PageCodec.most(10 << 20)).isEqualTo(320L << 20);
    assertThat(PageCodec.most(1 << 30)).isEqualTo(Integer.MAX_VALUE - 8);
  }
}
