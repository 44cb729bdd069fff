package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.googlenet.common.SplitMix;
import org.googlenet.data.image.Augmentation.Crop;
import org.googlenet.data.image.Augmentation.Kind;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static Crop crop(Kind kind, int width, int height, boolean train, long randomness) {
    return new Augmentation(kind).crop(width, height, train, randomness);
  }

  @Test
  void everyCropLiesWithinItsImage() {
    int[] sizes = {1, 2, 3, 7, 28, 255, 256, 3000};
    for (Kind kind : Kind.values()) {
      for (int width : sizes) {
        for (int height : sizes) {
          for (int i = 0; i < 50; i++) {
            Crop crop = crop(kind, width, height, true, SplitMix.hash(i));
            assertThat(crop.x()).isNotNegative();
            assertThat(crop.y()).isNotNegative();
            assertThat(crop.width()).isPositive();
            assertThat(crop.height()).isPositive();
            assertThat(crop.x() + crop.width()).isLessThanOrEqualTo(width);
            assertThat(crop.y() + crop.height()).isLessThanOrEqualTo(height);
          }
        }
      }
    }
  }

  @Test
  void evaluationKeepsTheCentreWhateverTheRandomness() {
    assertThat(crop(Kind.NONE, 500, 375, false, 1)).isEqualTo(new Crop(62, 0, 375, 375, false));
    assertThat(crop(Kind.CAFFE, 512, 256, false, 1)).isEqualTo(new Crop(144, 16, 224, 224, false));
    assertThat(crop(Kind.INCEPTION, 512, 256, false, 2))
        .isEqualTo(new Crop(144, 16, 224, 224, false));
  }

  @Test
  void noAugmentationIsTheSameInTraining() {
    assertThat(crop(Kind.NONE, 500, 375, true, 9)).isEqualTo(new Crop(62, 0, 375, 375, false));
  }

  @Test
  void caffeTakesSquaresOf224Of256FromEverywhere() {
    int left = 0;
    int right = 0;
    for (int i = 0; i < 500; i++) {
      Crop crop = crop(Kind.CAFFE, 256, 256, true, SplitMix.hash(i));
      assertThat(crop.width()).isEqualTo(224);
      assertThat(crop.height()).isEqualTo(224);
      left += crop.x() == 0 ? 1 : 0;
      right += crop.x() == 32 ? 1 : 0;
    }
    assertThat(left).isBetween(3, 40);
    assertThat(right).isBetween(3, 40);
  }

  @Test
  void inceptionTakes8To100PercentAtRatiosFrom3To4Until4To3() {
    double least = 1;
    double most = 0;
    for (int i = 0; i < 2000; i++) {
      Crop crop = crop(Kind.INCEPTION, 1000, 1000, true, SplitMix.hash(i));
      double area = crop.width() * crop.height() / 1e6;
      least = Math.min(least, area);
      most = Math.max(most, area);
      assertThat((double) crop.width() / crop.height()).isBetween(0.745, 1.345);
    }
    assertThat(least).isCloseTo(0.08, within(0.01));
    assertThat(most).isGreaterThan(0.9).isLessThanOrEqualTo(1);
  }

  @Test
  void aSmallerCopyOfAnImageKeepsTheSamePart() {
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < 200; i++) {
        Crop whole = crop(kind, 1200, 800, true, SplitMix.hash(i));
        Crop half = crop(kind, 600, 400, true, SplitMix.hash(i));
        assertThat(half.x()).isCloseTo(whole.x() / 2, within(1));
        assertThat(half.y()).isCloseTo(whole.y() / 2, within(1));
        assertThat(half.width()).isCloseTo(whole.width() / 2, within(1));
        assertThat(half.mirror()).isEqualTo(whole.mirror());
      }
    }
  }
}
