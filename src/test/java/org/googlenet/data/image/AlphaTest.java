package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transparency is ignored, or the image is laid on white or black, as the recipe says. */
class AlphaTest {

  private static Decoding with(Alpha alpha) {
    return new Decoding(new Augmentation(Augmentation.Kind.NONE), alpha, 100);
  }

  /** The decoded values, row by row, blue first. */
  private static int[] pixels(byte[] image, Alpha alpha) throws UnreadableImage {
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = EncodedImage.of(image, with(alpha)).decode(1);
      byte[] bytes = new byte[(int) (decoded.total() * decoded.elemSize())];
      decoded.data().get(bytes, 0, bytes.length);
      int[] values = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        values[i] = bytes[i] & 0xFF;
      }
      return values;
    }
  }

  /** Every opacity beside every colour of a few. */
  private static byte[] everyOpacity() {
    BufferedImage image = new BufferedImage(256, 52, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < 52; y++) {
      for (int x = 0; x < 256; x++) {
        image.setRGB(x, y, x << 24 | (5 * y) << 16 | (255 - 5 * y) << 8 | 77);
      }
    }
    return Images.encoded(image, "png");
  }

  @Test
  void everyPixelIsMixedWithTheBackgroundByItsOpacity() throws UnreadableImage {
    byte[] png = everyOpacity();
    int[] beneath = pixels(png, Alpha.IGNORE);
    int[] onWhite = pixels(png, Alpha.WHITE);
    int[] onBlack = pixels(png, Alpha.BLACK);
    for (int i = 0; i < beneath.length; i++) {
      int opacity = i / 3 % 256;
      assertThat(onBlack[i]).isEqualTo(Math.round(beneath[i] * opacity / 255f));
      assertThat(onWhite[i]).isEqualTo(onBlack[i] + 255 - opacity);
    }
  }

  /**
   * Each is opaque on the left, and transparent, wholly or by half, on the right or in a colour.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgba.png",
        "rgba_black_beneath.png",
        "rgba_white_beneath.png",
        "rgba16.png",
        "rgba_half.png",
        "rgba16_half.png",
        "grey_alpha.png",
        "grey_alpha16.png",
        "palette_trns.png",
        "palette_trns_bytes.png",
        "rgb_trns.png",
        "webp_lossy_alpha.webp",
        "webp_lossless_alpha.webp",
        "webp_animated_alpha.webp",
        "gif_transparent.gif",
        "gif_rgba.gif",
        "bmp_v4_alpha.bmp",
        "tiff_rgba.tiff",
        "tiff_rgba_mm.tiff"
      })
  void everyKindOfTransparencyIsLaidOnTheBackground(String name) throws UnreadableImage {
    byte[] image = ManyImages.named(name);
    int[] ignored = pixels(image, Alpha.IGNORE);
    int[] onWhite = pixels(image, Alpha.WHITE);
    int[] onBlack = pixels(image, Alpha.BLACK);
    Map<Boolean, Integer> pixels = new HashMap<>();
    for (int i = 0; i < ignored.length; i++) {
      boolean opaque = onWhite[i] == onBlack[i];
      pixels.merge(opaque, 1, Integer::sum);
      if (opaque) {
        assertThat(onWhite[i]).isEqualTo(ignored[i]);
      } else {
        assertThat(onWhite[i]).isGreaterThan(onBlack[i]);
      }
    }
    assertThat(pixels.get(true)).isPositive();
    assertThat(pixels.get(false)).isPositive();
  }

  @Test
  void whatIsHiddenBeneathNoLongerShows() throws UnreadableImage {
    byte[] black = ManyImages.named("rgba_black_beneath.png");
    byte[] white = ManyImages.named("rgba_white_beneath.png");
    assertThat(pixels(black, Alpha.WHITE)).isEqualTo(pixels(white, Alpha.WHITE));
    assertThat(pixels(black, Alpha.BLACK)).isEqualTo(pixels(white, Alpha.BLACK));
    assertThat(pixels(black, Alpha.IGNORE)).isNotEqualTo(pixels(white, Alpha.IGNORE));
  }

  @Test
  void anImageWithoutAlphaIsTheSameWhateverTheBackground() throws UnreadableImage {
    for (ManyImages.Known known : ManyImages.all()) {
      String name = known.name();
      if (known.wasDecoded() && !name.contains("rgba") && !name.matches(".*(alpha|trns).*")) {
        assertThat(pixels(known.image(), Alpha.WHITE))
            .as(name)
            .isEqualTo(pixels(known.image(), Alpha.IGNORE));
      }
    }
  }

  @Test
  void theTensorFollowsTheDecoding() throws UnreadableImage {
    byte[] image = ManyImages.named("rgba_black_beneath.png");
    float[] onWhite = new float[3 * 65 * 65];
    float[] ignored = new float[3 * 65 * 65];
    new Decoder(65, with(Alpha.WHITE), false).decode(image, 0, onWhite, 0);
    new Decoder(65, with(Alpha.IGNORE), false).decode(image, 0, ignored, 0);
    assertThat(onWhite[64]).isEqualTo((float) ((1 - 0.485) / 0.229));
    assertThat(ignored[64]).isEqualTo((float) ((0 - 0.485) / 0.229));
  }
}
