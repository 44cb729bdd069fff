package org.googlenet.evaluation;

import java.util.Arrays;
import java.util.Collections;
import org.googlenet.engine.Engine;
import org.googlenet.model.Batch;

/** Averages what a network says of ten parts of each image. */
final class TenCrops {

  /** Parts of an image. */
  static final int PARTS = 10;

  private TenCrops() {}

  /**
   * The mean probabilities.
   *
   * @param batch of n examples of pixels {@code [n, 10, 3, side, side]}
   * @param most images of one forward pass
   * @return for each head {@code [n * classes]}
   */
  static float[][] probabilities(Engine engine, Batch batch, int most) {
    int parts = batch.examples() * PARTS;
    int values = batch.pixels().length / parts;
    double[][] sums = new double[engine.heads().size()][];
    for (int from = 0; from < parts; from += most) {
      int to = Math.min(parts, from + most);
      float[][] heads =
          engine.probabilities(
              new Batch(
                  Arrays.copyOfRange(batch.pixels(), from * values, to * values),
                  new int[to - from],
                  Collections.nCopies(to - from, "")));
      for (int head = 0; head < heads.length; head++) {
        int classes = heads[head].length / (to - from);
        if (sums[head] == null) {
          sums[head] = new double[batch.examples() * classes];
        }
        add(heads[head], from, classes, sums[head]);
      }
    }
    return Arrays.stream(sums).map(TenCrops::means).toArray(float[][]::new);
  }

  /** Adds the probabilities of parts from a number on to the sums of their examples. */
  private static void add(float[] probabilities, int from, int classes, double[] sums) {
    for (int i = 0; i < probabilities.length; i++) {
      int example = (from + i / classes) / PARTS;
      sums[example * classes + i % classes] += probabilities[i];
    }
  }

  private static float[] means(double[] sums) {
    float[] means = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = (float) (sums[i] / PARTS);
    }
    return means;
  }
}
