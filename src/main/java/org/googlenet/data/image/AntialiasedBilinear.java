package org.googlenet.data.image;

import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Resizes as Pillow's {@code Image.resize} with {@code BILINEAR} does, to the last bit: by a
 * triangle that is as wide as the image shrinks, first along rows and then along columns, each time
 * rounded to 8 bits (Pillow's {@code Resample.c}, up to version 12; 13 begins with the columns of
 * images that are tall, so that some values differ by 1).
 */
final class AntialiasedBilinear {

  private static final int CHANNELS = 3;

  /** The binary places of weights: a byte times a sum of weights fits into 31 bits. */
  private static final int PLACES = 22;

  private static final int HALF = 1 << (PLACES - 1);

  /** Bytes of the source that are copied at a time: of a large image all would fill the heap. */
  private static final int BAND = 1 << 20;

  private AntialiasedBilinear() {}

  /** As {@link Interpolation#resize(Mat, int, int, Rect)}. */
  static byte[] resize(Mat source, int width, int height, Rect window) {
    Weights columns = Weights.of(source.cols(), width, window.x(), window.width());
    Weights rows = Weights.of(source.rows(), height, window.y(), window.height());
    int rowBytes = CHANNELS * window.width();
    byte[] narrow = new byte[Math.multiplyExact(rows.used(), rowBytes)];
    int band = Math.max(1, BAND / (CHANNELS * columns.used()));
    for (int row = 0; row < rows.used(); row += band) {
      int count = Math.min(band, rows.used() - row);
      try (Rect used = new Rect(columns.low(), rows.low() + row, columns.used(), count);
          Mat part = new Mat(source, used);
          Mat pixels = part.clone()) {
        alongRows(Interpolation.bytes(pixels), count, columns, narrow, row * rowBytes);
      }
    }
    return alongColumns(narrow, rowBytes, rows);
  }

  /**
   * From [rows, weights.used(), 3] to [rows, weights.count(), 3], which is written from a place.
   */
  private static void alongRows(byte[] pixels, int rows, Weights weights, byte[] resized, int at) {
    int to = at;
    for (int row = 0; row < rows; row++) {
      int rowBegin = row * weights.used();
      for (int i = 0; i < weights.count(); i++) {
        int from = (rowBegin + weights.first()[i] - weights.low()) * CHANNELS;
        int blue = HALF;
        int green = HALF;
        int red = HALF;
        for (int weight : weights.values()[i]) {
          blue += weight * (pixels[from] & 0xFF);
          green += weight * (pixels[from + 1] & 0xFF);
          red += weight * (pixels[from + 2] & 0xFF);
          from += CHANNELS;
        }
        resized[to++] = rounded(blue);
        resized[to++] = rounded(green);
        resized[to++] = rounded(red);
      }
    }
  }

  /** From [weights.used(), rowBytes] to [weights.count(), rowBytes]. */
  private static byte[] alongColumns(byte[] pixels, int rowBytes, Weights weights) {
    byte[] resized = new byte[weights.count() * rowBytes];
    int[] sums = new int[rowBytes];
    for (int i = 0; i < weights.count(); i++) {
      Arrays.fill(sums, HALF);
      int from = (weights.first()[i] - weights.low()) * rowBytes;
      for (int weight : weights.values()[i]) {
        for (int j = 0; j < rowBytes; j++) {
          sums[j] += weight * (pixels[from + j] & 0xFF);
        }
        from += rowBytes;
      }
      for (int j = 0; j < rowBytes; j++) {
        resized[i * rowBytes + j] = rounded(sums[j]);
      }
    }
    return resized;
  }

  private static byte rounded(int sum) {
    return (byte) Math.min(sum >> PLACES, 0xFF);
  }

  /**
   * How much each pixel of the source counts, for some consecutive pixels of the result along one
   * side.
   *
   * @param first the first pixel of the source that counts, for each of the result
   * @param values the weights from there on, for each of the result, in units of 2^-22
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Weights(int[] first, int[][] values) {

    /**
     * @param source pixels of the source's side
     * @param result pixels of the result's side
     * @param begin the first pixel of the result that is wanted
     * @param count how many are
     */
    static Weights of(int source, int result, int begin, int count) {
      double scale = (double) source / result;
      double reach = Math.max(scale, 1);
      int[] first = new int[count];
      int[][] values = new int[count][];
      for (int i = 0; i < count; i++) {
        double centre = (begin + i + 0.5) * scale;
        first[i] = Math.max((int) (centre - reach + 0.5), 0);
        int end = Math.min((int) (centre + reach + 0.5), source);
        values[i] = triangle(first[i], end, centre, reach);
      }
      return new Weights(first, values);
    }

    private static int[] triangle(int first, int end, double centre, double reach) {
      double[] weights = new double[end - first];
      double sum = 0;
      double step = 1 / reach;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(1 - Math.abs((i + first - centre + 0.5) * step), 0);
        sum += weights[i];
      }
      int[] fixed = new int[weights.length];
      for (int i = 0; i < fixed.length; i++) {
        fixed[i] = (int) (0.5 + weights[i] / sum * (1 << PLACES));
      }
      return fixed;
    }

    int count() {
      return first.length;
    }

    /** The first pixel of the source that counts at all. */
    int low() {
      return first[0];
    }

    /** How many pixels of the source count. */
    int used() {
      int last = count() - 1;
      return first[last] + values[last].length - low();
    }
  }
}
