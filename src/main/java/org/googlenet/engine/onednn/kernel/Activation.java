package org.googlenet.engine.onednn.kernel;

import java.util.Objects;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/**
 * A function of one value that the library has code for, with its two constants.
 *
 * @param alpha slope, lower bound or factor, as the function has it
 * @param beta shift or upper bound, as the function has it
 */
public record Activation(Function function, float alpha, float beta) {

  public Activation {
    Objects.requireNonNull(function, "function");
  }

  /** What the library computes; x is the value. */
  public enum Function {
    /** {@code x}, for which no code is run. */
    IDENTITY(algorithm.undef, algorithm.undef),
    /** {@code x} above 0, {@code alpha x} elsewhere. */
    RELU(algorithm.eltwise_relu, algorithm.eltwise_relu_use_dst_for_bwd),
    /** {@code x} above 0, {@code alpha (e^x - 1)} elsewhere. */
    ELU(algorithm.eltwise_elu, algorithm.eltwise_elu_use_dst_for_bwd),
    TANH(algorithm.eltwise_tanh, algorithm.eltwise_tanh_use_dst_for_bwd),
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID(algorithm.eltwise_logistic, algorithm.eltwise_logistic_use_dst_for_bwd),
    /** The nearest value from {@code alpha} to {@code beta}. */
    CLIP(algorithm.eltwise_clip_v2, algorithm.eltwise_clip_v2_use_dst_for_bwd),
    /** {@code alpha x + beta}. */
    LINEAR(algorithm.eltwise_linear, algorithm.eltwise_linear),
    EXP(algorithm.eltwise_exp, algorithm.eltwise_exp_use_dst_for_bwd),
    /** {@code x / (1 + e^(-alpha x))}. */
    SWISH(algorithm.eltwise_swish, algorithm.undef),
    /** {@code log(1 + e^x)}. */
    SOFTPLUS(algorithm.eltwise_soft_relu, algorithm.undef),
    /** {@code x tanh(log(1 + e^x))}. */
    MISH(algorithm.eltwise_mish, algorithm.undef);

    final algorithm forward;

    /** Gives the gradient from the result; undefined if the value itself is needed. */
    final algorithm backwardFromResult;

    Function(algorithm forward, algorithm backwardFromResult) {
      this.forward = forward;
      this.backwardFromResult = backwardFromResult;
    }
  }

  public static final Activation IDENTITY = new Activation(Function.IDENTITY, 0, 0);
  public static final Activation RELU = new Activation(Function.RELU, 0, 0);

  /** {@code alpha x + beta}. */
  public static Activation linear(double alpha, double beta) {
    return new Activation(Function.LINEAR, (float) alpha, (float) beta);
  }

  /** Whether its gradient follows from its result alone, so that the value need not be kept. */
  public boolean undoneFromResult() {
    return this.equals(IDENTITY)
        || (function.backwardFromResult != algorithm.undef
            && (alpha >= 0 || function == Function.CLIP || function == Function.LINEAR));
  }
}
