package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Activation.Function;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Reads DL4J's activation functions as functions of oneDNN, one behind the other, by ND4J's
 * definitions: its GELU is {@code x sigmoid(1.702 x)}, its hard sigmoid has the slope 0.2.
 */
final class ActivationReader {

  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private ActivationReader() {}

  /**
   * The functions, the first one first; none for the identity.
   *
   * @throws UnsupportedNetwork if it is another function
   */
  static List<Activation> of(String vertex, IActivation function) {
    if (function instanceof ActivationIdentity) {
      return List.of();
    } else if (function instanceof ActivationReLU relu) {
      return List.of(relu(vertex, relu));
    } else if (function instanceof ActivationReLU6) {
      return List.of(activation(Function.CLIP, 0, 6));
    } else if (function instanceof ActivationLReLU leaky) {
      return List.of(activation(Function.RELU, leaky.getAlpha(), 0));
    } else if (function instanceof ActivationELU elu) {
      return List.of(activation(Function.ELU, elu.getAlpha(), 0));
    } else if (function instanceof ActivationSELU) {
      return List.of(activation(Function.ELU, SELU_ALPHA, 0), Activation.linear(SELU_SCALE, 0));
    } else if (function instanceof ActivationSigmoid) {
      return List.of(activation(Function.SIGMOID, 0, 0));
    } else if (function instanceof ActivationTanH) {
      return List.of(activation(Function.TANH, 0, 0));
    } else if (function instanceof ActivationRectifiedTanh) {
      return List.of(activation(Function.TANH, 0, 0), Activation.RELU);
    } else if (function instanceof ActivationHardTanH) {
      return List.of(activation(Function.CLIP, -1, 1));
    } else if (function instanceof ActivationHardSigmoid) {
      return List.of(Activation.linear(0.2, 0.5), activation(Function.CLIP, 0, 1));
    } else if (function instanceof ActivationSwish) {
      return List.of(activation(Function.SWISH, 1, 0));
    } else if (function instanceof ActivationGELU gelu && !gelu.isPrecise()) {
      return List.of(activation(Function.SWISH, 1.702, 0));
    } else if (function instanceof ActivationSoftPlus) {
      return List.of(activation(Function.SOFTPLUS, 0, 0));
    } else if (function instanceof ActivationMish) {
      return List.of(activation(Function.MISH, 0, 0));
    }
    throw new UnsupportedNetwork(vertex, function.getClass().getSimpleName());
  }

  private static Activation relu(String vertex, ActivationReLU relu) {
    double threshold = orZero(relu.getThreshold());
    double slope = orZero(relu.getNegativeSlope());
    if (threshold != 0 || (slope != 0 && relu.getMax() != null)) {
      throw new UnsupportedNetwork(vertex, "ActivationReLU with a threshold, or slope and maximum");
    }
    return relu.getMax() == null
        ? activation(Function.RELU, slope, 0)
        : activation(Function.CLIP, 0, relu.getMax());
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }

  private static Activation activation(Function function, double alpha, double beta) {
    return new Activation(function, (float) alpha, (float) beta);
  }
}
