package org.googlenet.export;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.common.SplitMix;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;

/**
 * Parameters that look trained: weights in He's range, and biases, scales, shifts and running
 * statistics that are neither 0 nor 1, so that one that is lost or mistaken for another is seen.
 */
final class TestWeights {

  private TestWeights() {}

  static ComputationGraphConfiguration configuration(GoogLeNet network) {
    return network.configuration(
        new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0), 2e-4, 1);
  }

  static float[] of(ComputationGraphConfiguration configuration, long seed) {
    ParameterLayout layout = ParameterLayout.of(configuration);
    float[] parameters = new float[layout.length()];
    for (ParameterLayout.Entry entry : layout.entries()) {
      for (int i = entry.offset(); i < entry.range().to(); i++) {
        parameters[i] = (float) value(entry, 2 * SplitMix.unit(SplitMix.hash(seed, i)) - 1);
      }
    }
    return parameters;
  }

  /** Images [n, 3, side, side] with values from -2 to 2. */
  static float[] images(int n, int side, long seed) {
    float[] pixels = new float[n * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (4 * SplitMix.unit(SplitMix.hash(seed, i)) - 2);
    }
    return pixels;
  }

  /** Bytes of images. */
  static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) SplitMix.hash(seed, i);
    }
    return bytes;
  }

  /**
   * @param unit from -1 to 1
   */
  private static double value(ParameterLayout.Entry entry, double unit) {
    return switch (entry.parameter()) {
      case "W" -> unit * Math.sqrt(6.0 / fanIn(entry));
      case "gamma", "var" -> 1 + unit / 2;
      default -> unit / 10;
    };
  }

  /** A convolution's are [out, in, h, w], a dense layer's [in, out]. */
  private static long fanIn(ParameterLayout.Entry weights) {
    return weights.shape().size() == 2
        ? weights.shape().get(0)
        : weights.length() / weights.shape().get(0);
  }
}
