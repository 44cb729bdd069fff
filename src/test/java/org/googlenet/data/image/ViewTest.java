package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import org.googlenet.common.SplitMix;
import org.googlenet.data.image.Augmentation.Crop;
import org.googlenet.data.image.Augmentation.Kind;
import org.googlenet.data.image.Normalisation.Channels;
import org.googlenet.data.image.Resize.AspectRatio;
import org.junit.jupiter.api.Test;

class ViewTest {

  private static View view(Preset preset, int width, int height, boolean train, long randomness)
      throws UnreadableImage {
    return View.of(preset.decoding(), width, height, 224, train, randomness);
  }

  private static Crop whole(int width, int height) {
    return new Crop(0, 0, width, height, false);
  }

  @Test
  void theRatioIsKeptOrNotAndTheLongerSideRoundedDown() throws UnreadableImage {
    assertThat(view(Preset.TORCHVISION, 451, 300, false, 1))
        .isEqualTo(new View(whole(451, 300), 384, 256, new Crop(80, 16, 224, 224, false)));
    assertThat(view(Preset.TORCHVISION, 100, 201, false, 1))
        .isEqualTo(new View(whole(100, 201), 256, 514, new Crop(16, 145, 224, 224, false)));
    assertThat(view(Preset.CAFFE, 451, 300, false, 1))
        .isEqualTo(new View(whole(451, 300), 256, 256, new Crop(16, 16, 224, 224, false)));
  }

  @Test
  void halvesOfAMarginAreRoundedToEvenAsByPython() throws UnreadableImage {
    Resize to = new Resize(227, AspectRatio.IGNORE);
    Decoding decoding = with(Kind.NONE, to, Interpolation.AREA, Channels.RGB);

    // 1.5 becomes 2, 2.5 becomes 2.
    assertThat(View.of(decoding, 9, 9, 224, false, 1).kept().x()).isEqualTo(2);
    assertThat(View.of(decoding, 9, 9, 222, false, 1).kept().x()).isEqualTo(2);
  }

  @Test
  void theShorterSideIsTheInputsBy256To224() {
    Resize auto = new Resize(Resize.AUTO, AspectRatio.KEEP);
    assertThat(List.of(65, 96, 224, 299))
        .extracting(auto::shorterSide)
        .containsExactly(74, 110, 256, 342);
    assertThat(new Resize(300, AspectRatio.KEEP).shorterSide(224)).isEqualTo(300);
  }

  @Test
  void caffeTrainsOnSquaresFromEverywhereOfTheWarpedImage() throws UnreadableImage {
    int left = 0;
    int right = 0;
    int mirrored = 0;
    for (int i = 0; i < 500; i++) {
      View view = view(Preset.CAFFE, 451, 300, true, SplitMix.hash(i));
      assertThat(view.source()).isEqualTo(whole(451, 300));
      assertThat(List.of(view.width(), view.height())).containsOnly(256);
      assertThat(view.kept().width()).isEqualTo(224);
      left += view.kept().x() == 0 ? 1 : 0;
      right += view.kept().x() == 32 ? 1 : 0;
      mirrored += view.kept().mirror() ? 1 : 0;
    }
    assertThat(left).isPositive();
    assertThat(right).isPositive();
    assertThat(mirrored).isBetween(200, 300);
  }

  @Test
  void torchvisionTrainsOnPartsOfTheImageAsItIs() throws UnreadableImage {
    for (int i = 0; i < 100; i++) {
      long randomness = SplitMix.hash(i);
      View view = view(Preset.TORCHVISION, 451, 300, true, randomness);
      Crop crop = new Augmentation(Kind.INCEPTION).crop(451, 300, true, randomness);
      assertThat(view).isEqualTo(new View(crop, 224, 224, new Crop(0, 0, 224, 224, crop.mirror())));
    }
  }

  @Test
  void withoutAugmentationTrainingSeesWhatEvaluationSees() throws UnreadableImage {
    Resize to = new Resize(256, AspectRatio.KEEP);
    Decoding decoding = with(Kind.NONE, to, Interpolation.BILINEAR, Channels.RGB);

    assertThat(View.of(decoding, 451, 300, 224, true, 7))
        .isEqualTo(View.of(decoding, 451, 300, 224, false, 1));
  }

  @Test
  void anImageThatWouldBeResizedBeyondTheLimitIsRefused() throws UnreadableImage {
    byte[] strip = Images.png(2, 3100, 1);
    float[] pixels = new float[3 * 224 * 224];

    assertThatThrownBy(
            () ->
                new Decoder(224, Preset.TORCHVISION.decoding(), false).decode(strip, 0, pixels, 0))
        .isInstanceOf(UnreadableImage.class)
        .hasMessage(
            "has 2 x 3100 pixels, so that its longer side would be resized to 396800 (input.resize)");
    new Decoder(224, Preset.PLAIN.decoding(), false).decode(strip, 0, pixels, 0);
    new Decoder(224, Preset.CAFFE.decoding(), false).decode(strip, 0, pixels, 0);
  }

  @Test
  void aMirroredSquareIsTheSameSquareTurnedRound() throws UnreadableImage {
    BufferedImage image = Images.drawn(12, 9, (x, y) -> (20 * x) << 16 | (25 * y) << 8 | (x + y));
    byte[] png = Images.encoded(image, "png");
    Decoding decoding =
        with(Kind.CAFFE, new Resize(9, AspectRatio.KEEP), Interpolation.BILINEAR, Channels.BGR);
    int side = 6;
    float[] pixels = new float[3 * side * side];
    boolean hasMirrored = false;
    for (int i = 0; i < 20; i++) {
      long randomness = SplitMix.hash(i);
      new Decoder(side, decoding, true).decode(png, randomness, pixels, 0);
      Crop kept = View.of(decoding, 12, 9, side, true, randomness).kept();
      hasMirrored |= kept.mirror();
      for (int at = 0; at < side * side; at++) {
        int x = kept.x() + (kept.mirror() ? side - 1 - at % side : at % side);
        int y = kept.y() + at / side;
        assertThat(pixels[at]).isEqualTo(x + y - 104);
        assertThat(pixels[side * side + at]).isEqualTo(25 * y - 117);
        assertThat(pixels[2 * side * side + at]).isEqualTo(20 * x - 123);
      }
    }
    assertThat(hasMirrored).isTrue();
  }

  private static Decoding with(
      Kind kind, Resize resize, Interpolation interpolation, Channels channels) {
    return new Decoding(
        new Augmentation(kind),
        Alpha.IGNORE,
        100,
        resize,
        interpolation,
        new Normalisation(channels, List.of(123.0, 117.0, 104.0), List.of(1.0, 1.0, 1.0)));
  }
}
