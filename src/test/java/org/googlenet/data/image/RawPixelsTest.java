package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file of pixels decodes to these pixels. */
class RawPixelsTest {

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** [height, width, blue-green-red]. */
  private static byte[] decoded(byte[] file, Alpha alpha) throws UnreadableImage {
    Decoding decoding =
        new Decoding(new Augmentation(Augmentation.Kind.NONE), alpha, Decoding.MAX_MEGAPIXELS);
    try (PointerScope scope = new PointerScope()) {
      Mat pixels = EncodedImage.of(file, decoding).decode(1);
      byte[] bytes = new byte[(int) (pixels.total() * pixels.elemSize())];
      pixels.data().get(bytes, 0, bytes.length);
      return bytes;
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "5,3", "4,7", "3,4", "67,31"})
  void coloursAreKeptWhateverTheWidthIs(int width, int height) throws UnreadableImage {
    byte[] pixels = random(width * height * 3);
    byte[] file = RawPixels.file(pixels, width, height, 3);
    assertThat(ImageHeader.of(file))
        .isEqualTo(new ImageHeader(ImageHeader.Format.BMP, width, height));
    assertThat(decoded(file, Alpha.IGNORE)).isEqualTo(pixels);
    assertThat(decoded(file, Alpha.WHITE)).isEqualTo(pixels);
  }

  @Test
  void greyHasEqualColours() throws UnreadableImage {
    byte[] grey = random(5 * 3);
    byte[] colours = decoded(RawPixels.file(grey, 5, 3, 1), Alpha.IGNORE);
    for (int i = 0; i < colours.length; i++) {
      assertThat(colours[i]).isEqualTo(grey[i / 3]);
    }
  }

  @Test
  void alphaIsLeftToTheDecoding() throws UnreadableImage {
    byte[] transparentRed = {0, 0, (byte) 255, 0};
    byte[] file = RawPixels.file(transparentRed, 1, 1, 4);
    assertThat(decoded(file, Alpha.IGNORE)).containsExactly(0, 0, 255);
    assertThat(decoded(file, Alpha.WHITE)).containsExactly(255, 255, 255);
  }

  @ParameterizedTest
  @CsvSource({"2,2,3,11", "2,2,3,13", "2,2,2,8", "0,2,3,0", "-1,-1,3,3", "65536,65536,3,0"})
  void anImageThatIsNoneIsRefused(int width, int height, int channels, int bytes) {
    assertThatThrownBy(() -> RawPixels.file(new byte[bytes], width, height, channels))
        .isInstanceOf(UnreadableImage.class)
        .hasMessageContaining(width + " x " + height);
  }
}
