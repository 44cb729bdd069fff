package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.googlenet.common.SplitMix;
import org.googlenet.data.image.Augmentation.Kind;
import org.junit.jupiter.api.Test;

class DecoderTest {

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private static float[] decode(byte[] image, int side, Kind kind, boolean train, long randomness)
      throws UnreadableImage {
    float[] pixels = new float[3 * side * side];
    new Decoder(side, Decoding.of(kind), train).decode(image, randomness, pixels, 0);
    return pixels;
  }

  private static float[] plain(byte[] image, int side) throws UnreadableImage {
    return decode(image, side, Kind.NONE, false, 0);
  }

  /** A value of the network's input as the byte that it was. */
  private static int value(float[] pixels, int side, int channel, int x, int y) {
    float normalised = pixels[(channel * side + y) * side + x];
    return Math.round((normalised * DEVIATION[channel] + MEAN[channel]) * 255);
  }

  @Test
  void aPixelKeepsItsPlaceAndColour() throws UnreadableImage {
    BufferedImage image = Images.drawn(8, 8, (x, y) -> (10 * x) << 16 | (20 * y) << 8 | (x + y));
    float[] pixels = plain(Images.encoded(image, "png"), 8);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        assertThat(value(pixels, 8, 0, x, y)).isEqualTo(10 * x);
        assertThat(value(pixels, 8, 1, x, y)).isEqualTo(20 * y);
        assertThat(value(pixels, 8, 2, x, y)).isEqualTo(x + y);
      }
    }
    assertThat(pixels[0]).isCloseTo((0 - 0.485f) / 0.229f, within(1e-6f));
  }

  @Test
  void aBatchIsFilledFromTheOffset() throws UnreadableImage {
    Decoder decoder = new Decoder(4, Decoding.of(Kind.NONE), false);
    float[] pixels = new float[2 * decoder.values()];
    decoder.decode(Images.png(4, 4, 1), 0, pixels, decoder.values());
    assertThat(pixels).startsWith(new float[decoder.values()]);
    assertThat(pixels[decoder.values()]).isNotZero();
  }

  @Test
  void aGreyImageBecomesThreeEqualChannels() throws UnreadableImage {
    byte[] grey = ImageEncoder.greyPng(new byte[] {0, 50, 100, (byte) 200}, 2, 2);
    float[] pixels = plain(grey, 2);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(value(pixels, 2, channel, 0, 0)).isEqualTo(0);
      assertThat(value(pixels, 2, channel, 1, 0)).isEqualTo(50);
      assertThat(value(pixels, 2, channel, 0, 1)).isEqualTo(100);
      assertThat(value(pixels, 2, channel, 1, 1)).isEqualTo(200);
    }
  }

  @Test
  void theLargestCentreSquareIsKeptWithoutAugmentation() throws UnreadableImage {
    BufferedImage stripes =
        Images.drawn(30, 10, (x, y) -> x < 10 ? 0xFF0000 : x < 20 ? 0x00FF00 : 0x0000FF);
    float[] pixels = plain(Images.encoded(stripes, "png"), 5);
    for (int x = 0; x < 5; x++) {
      assertThat(value(pixels, 5, 0, x, 2)).isZero();
      assertThat(value(pixels, 5, 1, x, 2)).isEqualTo(255);
    }
  }

  @Test
  void halfOfTheTrainingImagesAreMirrored() throws UnreadableImage {
    BufferedImage sides = Images.drawn(256, 256, (x, y) -> x < 128 ? 0xFFFFFF : 0);
    byte[] png = Images.encoded(sides, "png");
    int mirrored = 0;
    for (int randomness = 0; randomness < 200; randomness++) {
      float[] pixels = decode(png, 8, Kind.CAFFE, true, SplitMix.hash(randomness));
      mirrored += value(pixels, 8, 0, 0, 4) < 128 ? 1 : 0;
    }
    assertThat(mirrored).isBetween(70, 130);
  }

  @Test
  void cmykBecomesColours() throws UnreadableImage {
    float[] pixels = plain(Images.cmykJpeg(64, 48), 16);
    // Components are stored inverted, as Adobe does: full cyan and black stand for none.
    assertThat(value(pixels, 16, 0, 8, 8)).isGreaterThan(value(pixels, 16, 1, 8, 8) + 50);
  }

  @Test
  void exifOrientationIsApplied() throws UnreadableImage {
    BufferedImage topWhite = Images.drawn(32, 32, (x, y) -> y < 16 ? 0xFFFFFF : 0);
    byte[] jpeg = Images.encoded(topWhite, "jpg");
    float[] turned = plain(Images.oriented(jpeg, 6), 32);
    assertThat(value(turned, 32, 0, 30, 16)).isGreaterThan(200);
    assertThat(value(turned, 32, 0, 1, 16)).isLessThan(50);
  }

  @Test
  void aLargeJpegDecodedAtAFractionLooksTheSame() throws UnreadableImage {
    byte[] jpeg = Images.jpeg(1200, 900, 1);
    byte[] png = Images.encoded(Images.picture(1200, 900, 1), "png");
    float[] reduced = decode(jpeg, 96, Kind.CAFFE, false, 0);
    float[] whole = decode(png, 96, Kind.CAFFE, false, 0);
    double sum = 0;
    for (int i = 0; i < whole.length; i++) {
      sum += Math.abs(reduced[i] - whole[i]);
    }
    assertThat(sum / whole.length).isLessThan(0.05);
  }

  @Test
  void theSameRandomnessGivesTheSamePixels() throws UnreadableImage {
    byte[] jpeg = Images.jpeg(300, 200, 2);
    for (Kind kind : Kind.values()) {
      assertThat(decode(jpeg, 64, kind, true, 7)).isEqualTo(decode(jpeg, 64, kind, true, 7));
    }
  }

  @Test
  void truncatedAndForeignBytesAreUnreadable() {
    byte[] jpeg = Images.jpeg(300, 200, 3);
    byte[] png = Images.png(300, 200, 3);
    for (double kept : new double[] {0.01, 0.1, 0.5, 0.9, 0.98}) {
      assertThatThrownBy(() -> plain(Images.truncated(jpeg, kept), 32))
          .as("JPEG %s", kept)
          .isInstanceOf(UnreadableImage.class);
      assertThatThrownBy(() -> plain(Images.truncated(png, kept), 32))
          .as("PNG %s", kept)
          .isInstanceOf(UnreadableImage.class);
    }
    assertThatThrownBy(() -> plain(new byte[0], 32)).hasMessage("is empty");
    assertThatThrownBy(
            () -> Decoder.check("<html>not found</html>".getBytes(StandardCharsets.US_ASCII)))
        .hasMessage("is HTML, not an image");
  }

  @Test
  void anImageThatDeclaresTooManyPixelsIsRefusedBeforeItIsDecoded() {
    byte[] png = Images.png(10, 10, 1);
    ByteBuffer.wrap(png).putInt(16, 200_000).putInt(20, 200_000);
    assertThatThrownBy(() -> plain(png, 32))
        .hasMessage(
            "declares 200000 x 200000 pixels, more than 100 megapixels (input.maxMegapixels)");
    ByteBuffer.wrap(png).putInt(16, -5);
    assertThatThrownBy(() -> plain(png, 32)).isInstanceOf(UnreadableImage.class);
  }

  @Test
  void shrinkingKeepsProportionsAndLeavesSmallImagesAsTheyAre() throws UnreadableImage {
    byte[] jpeg = Images.jpeg(400, 200, 1);
    byte[] small = ImageEncoder.shrink(jpeg, 100, ImageHeader.Format.PNG);
    assertThat(ImageHeader.of(small)).isEqualTo(new ImageHeader(ImageHeader.Format.PNG, 200, 100));
    assertThat(ImageEncoder.shrink(jpeg, 200, ImageHeader.Format.PNG)).isSameAs(jpeg);
  }
}
