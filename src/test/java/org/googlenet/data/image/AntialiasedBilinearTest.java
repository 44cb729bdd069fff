package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;

/** Large images are read in bands of rows, which nobody must see. */
class AntialiasedBilinearTest {

  private static final int WIDTH = 4000;
  private static final int HEIGHT = 300;
  private static final int STRIP = 50;
  private static final int NARROW = 60;

  /** Rows are resized one by one if the height stays. */
  @Test
  void aLargeImageHasTheRowsOfItsStrips() {
    byte[] pixels = new byte[WIDTH * HEIGHT * 3];
    new Random(1).nextBytes(pixels);
    try (PointerScope scope = new PointerScope()) {
      Mat image = new Mat(HEIGHT, WIDTH, CV_8UC3);
      image.data().put(pixels);
      byte[] whole =
          AntialiasedBilinear.resize(image, NARROW, HEIGHT, new Rect(0, 0, NARROW, HEIGHT));

      int bytes = STRIP * NARROW * 3;
      assertThat(whole).hasSize(HEIGHT * NARROW * 3);
      for (int y = 0; y < HEIGHT; y += STRIP) {
        Mat strip = new Mat(image, new Rect(0, y, WIDTH, STRIP));
        int from = y / STRIP * bytes;
        assertThat(AntialiasedBilinear.resize(strip, NARROW, STRIP, new Rect(0, 0, NARROW, STRIP)))
            .isEqualTo(Arrays.copyOfRange(whole, from, from + bytes));
      }
    }
  }
}
