package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an image declares is looked at before memory or time is spent on it. */
class LimitsTest {

  private static final int FRAME_HEADER = 0xC0;

  private static Decoding limit(int megapixels) {
    return new Decoding(new Augmentation(Augmentation.Kind.NONE), Alpha.IGNORE, megapixels);
  }

  private static String size(byte[] image, int megapixels) throws UnreadableImage {
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = EncodedImage.of(image, limit(megapixels)).decode(1);
      return decoded.cols() + "x" + decoded.rows();
    }
  }

  /** The image with other bytes from a place on. */
  private static byte[] with(byte[] image, int at, ByteBuffer bytes) {
    byte[] changed = image.clone();
    System.arraycopy(bytes.array(), 0, changed, at, bytes.capacity());
    return changed;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int indexOf(byte[] image, int... wanted) {
    for (int at = 0; at + wanted.length <= image.length; at++) {
      int from = at;
      byte[] there = Arrays.copyOfRange(image, from, from + wanted.length);
      boolean same = true;
      for (int i = 0; i < wanted.length; i++) {
        same &= (there[i] & 0xFF) == wanted[i];
      }
      if (same) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  private static void refused(byte[] image, String message) {
    assertThatThrownBy(() -> Decoder.check(image))
        .isInstanceOf(UnreadableImage.class)
        .hasMessage(message);
  }

  @Test
  void theSizeThatEachFormatDeclaresIsReadFirst() {
    String over = "declares 16000 x 15000 pixels, more than 100 megapixels (input.maxMegapixels)";
    refused(
        with(
            ManyImages.named("base.png"), 16, ByteBuffer.allocate(8).putInt(16_000).putInt(15_000)),
        over);
    byte[] progressive = ManyImages.named("progressive.jpg");
    refused(
        with(
            progressive,
            indexOf(progressive, 0xFF, FRAME_HEADER + 2) + 5,
            ByteBuffer.allocate(4).putShort((short) 15_000).putShort((short) 16_000)),
        over);
    refused(
        with(
            ManyImages.named("gif.gif"),
            6,
            little(4).putShort((short) 16_000).putShort((short) 15_000)),
        over);
    ByteBuffer bmp = little(8).putInt(16_000).putInt(-15_000);
    refused(with(ManyImages.named("bmp_24.bmp"), 18, bmp), over);
    ByteBuffer core = little(4).putShort((short) 16_000).putShort((short) 15_000);
    refused(with(ManyImages.named("bmp_os2_core.bmp"), 18, core), over);
    ByteBuffer lossy = little(4).putShort((short) 16_000).putShort((short) 15_000);
    refused(with(ManyImages.named("webp_lossy.webp"), 26, lossy), over);
    ByteBuffer lossless = little(4).putInt(15_999 | 14_999 << 14);
    refused(with(ManyImages.named("webp_lossless.webp"), 21, lossless), over);
    ByteBuffer canvas = little(6).putShort((short) 15_999).put((byte) 0);
    canvas.putShort((short) 14_999).put((byte) 0);
    refused(with(ManyImages.named("webp_lossy_alpha.webp"), 24, canvas), over);
    byte[] tiff = ManyImages.named("tiff_rgb_ii.tiff");
    refused(with(with(tiff, 18, little(4).putInt(16_000)), 30, little(4).putInt(15_000)), over);
    byte[] motorola = ManyImages.named("tiff_rgb_mm.tiff");
    refused(
        with(
            with(motorola, 18, ByteBuffer.allocate(4).putInt(16_000)),
            30,
            ByteBuffer.allocate(4).putInt(15_000)),
        over);
  }

  @Test
  void aSideThatTheLibrariesDoNotTakeIsNotSupported() {
    ByteBuffer wide = ByteBuffer.allocate(8).putInt(1_100_000).putInt(20);
    refused(
        with(ManyImages.named("base.png"), 16, wide),
        "declares 1100000 x 20 pixels, and more than 1000000 a side are not supported in a PNG");
    ByteBuffer negative = ByteBuffer.allocate(8).putInt(-5).putInt(20);
    refused(
        with(ManyImages.named("base.png"), 16, negative),
        "declares 4294967291 x 20 pixels, and more than 1000000 a side are not supported in a PNG");
    ByteBuffer none = ByteBuffer.allocate(8).putInt(0).putInt(20);
    refused(with(ManyImages.named("base.png"), 16, none), "declares 0 x 20 pixels");
  }

  @Test
  @Timeout(2)
  void aPngWithAChunkLongerThanTheFileIsRefusedAtOnce() {
    byte[] png = ManyImages.named("base.png");
    refused(
        with(png, 33, ByteBuffer.allocate(4).putInt(0x7A00_0000)),
        "is damaged or ends too early (434 bytes)");
  }

  @Test
  void aTiffWithGiantTilesIsRefused() {
    byte[] tiff = ManyImages.named("tiff_rgb_ii.tiff");
    // The tag of the rows per strip becomes that of the tiles' height.
    int at = indexOf(tiff, 22, 1, 4, 0);
    byte[] giant = with(tiff, at, little(2).putShort((short) TiffDirectory.TILE_HEIGHT));
    refused(
        with(giant, at + 8, little(4).putInt(1 << 20)),
        "is a TIFF with tiles larger than the image");
  }

  @Test
  void aJpegOverTheLimitIsDecodedAtAFraction() throws UnreadableImage {
    byte[] jpeg = Images.jpeg(2000, 1500, 1);
    assertThat(size(jpeg, 3)).isEqualTo("2000x1500");
    assertThat(size(jpeg, 2)).isEqualTo("1000x750");
    assertThat(size(Images.jpeg(4000, 3000, 1), 1)).isEqualTo("1000x750");
    assertThatThrownBy(() -> size(Images.png(2000, 1500, 1), 2))
        .hasMessage("declares 2000 x 1500 pixels, more than 2 megapixels (input.maxMegapixels)");
  }

  @Test
  void whatIsOverTheLimitEvenAtAnEighthIsRefused() {
    byte[] jpeg = Images.jpeg(100, 100, 1);
    ByteBuffer size = ByteBuffer.allocate(4).putShort((short) 65_000).putShort((short) 65_001);
    byte[] huge = with(jpeg, indexOf(jpeg, 0xFF, FRAME_HEADER) + 5, size);
    assertThatThrownBy(() -> size(huge, 60))
        .hasMessage(
            "declares 65001 x 65000 pixels, even at an eighth, more than 60 megapixels"
                + " (input.maxMegapixels)");
  }

  @Test
  void aFractionOfALargeJpegLooksTheSame() throws UnreadableImage {
    byte[] jpeg = Images.jpeg(2000, 1500, 1);
    float[] whole = new float[3 * 65 * 65];
    float[] fraction = new float[3 * 65 * 65];
    new Decoder(65, limit(3), false).decode(jpeg, 0, whole, 0);
    new Decoder(65, limit(1), false).decode(jpeg, 0, fraction, 0);
    assertThat(fraction).isEqualTo(whole);
  }

  @Test
  @Timeout(60)
  void aPhotographOf108MegapixelsIsCheckedAndShrunk() throws UnreadableImage {
    byte[] jpeg = grey(12_000, 9_000);
    assertThatCode(() -> Decoder.check(jpeg)).doesNotThrowAnyException();
    byte[] small = ImageEncoder.shrink(jpeg, 256, ImageHeader.Format.JPEG);
    assertThat(ImageHeader.of(small)).isEqualTo(new ImageHeader(ImageHeader.Format.JPEG, 341, 256));
  }

  private static byte[] grey(int width, int height) {
    byte[] grey = Images.jpeg(16, 16, 1);
    // One row of blocks would do, but libjpeg wants them all: 64 KB of zeros decode as grey.
    ByteBuffer size = ByteBuffer.allocate(4).putShort((short) height).putShort((short) width);
    byte[] large = with(grey, indexOf(grey, 0xFF, FRAME_HEADER) + 5, size);
    byte[] padded = Arrays.copyOf(large, large.length + (width / 8) * (height / 8) * 2);
    padded[padded.length - 2] = (byte) 0xFF;
    padded[padded.length - 1] = (byte) 0xD9;
    return padded;
  }

  @Test
  void aPanoramaTooLongForJpegIsNamedAndFitsAPng() throws UnreadableImage {
    byte[] png = Images.encoded(Images.drawn(70_000, 30, (x, y) -> x), "png");
    assertThatThrownBy(() -> ImageEncoder.shrink(png, 29, ImageHeader.Format.JPEG))
        .hasMessage("would be 67667 x 29 pixels when shrunk, and a JPEG has 65500 a side at most");
    byte[] small = ImageEncoder.shrink(png, 29, ImageHeader.Format.PNG);
    assertThat(ImageHeader.of(small).width()).isEqualTo(67_667);
  }

  @Test
  @Timeout(20)
  void aJpegOfHundredsOfScansIsRefused() {
    byte[] jpeg = ManyImages.named("progressive.jpg");
    refused(withScans(jpeg, 500), "is a JPEG of more than 100 scans, which is not supported");
    assertThatCode(() -> Decoder.check(withScans(jpeg, 80))).doesNotThrowAnyException();
  }

  /** The last scan again and again, up to a number of scans. */
  private static byte[] withScans(byte[] jpeg, int more) {
    int last = 0;
    for (int at = 0; at + 1 < jpeg.length; at++) {
      last = (jpeg[at] & 0xFF) == 0xFF && (jpeg[at + 1] & 0xFF) == JpegSegments.SOS ? at : last;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < more; i++) {
      out.write(jpeg, last, jpeg.length - 2 - last);
    }
    out.write(jpeg, jpeg.length - 2, 2);
    return out.toByteArray();
  }
}
