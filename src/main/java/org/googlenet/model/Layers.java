package org.googlenet.model;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * The few kinds of layer that GoogLeNet is made of, as DL4J configurations.
 *
 * <p>Every map is NCHW and, but for {@link #ceilMaxPool}, every output side is {@code floor((side +
 * 2 * pad - kernel) / stride) + 1} ({@link ConvolutionMode#Truncate}).
 */
final class Layers {

  private Layers() {}

  /** A square convolution that keeps the map's side, or with stride 2 halves it, rounding up. */
  static ConvolutionLayer convolution(
      int channels, int kernel, int stride, boolean bias, Activation activation) {
    int pad = kernel / 2;
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding(pad, pad)
        .convolutionMode(ConvolutionMode.Truncate)
        .nOut(channels)
        .hasBias(bias)
        .activation(activation)
        .build();
  }

  /** The 3x3 max pool with padding 1. */
  static SubsamplingLayer maxPool(int stride) {
    return pool(PoolingType.MAX, 3, stride, 1, ConvolutionMode.Truncate);
  }

  /**
   * A max pool with stride 2 without padding, whose last window may end outside the map, in Caffe's
   * and PyTorch's ceil mode.
   *
   * <p>DL4J has no such mode. A window of 3 on an odd map, or of 2 on an even one, ends with the
   * map; otherwise it ends one position behind, which is where {@link ConvolutionMode#Same} pads
   * and all that it pads.
   *
   * @param kernel 2 or 3
   * @param side of the map, at least the kernel
   */
  static SubsamplingLayer ceilMaxPool(int kernel, int side) {
    boolean fits = (side - kernel) % 2 == 0;
    return pool(
        PoolingType.MAX, kernel, 2, 0, fits ? ConvolutionMode.Truncate : ConvolutionMode.Same);
  }

  static SubsamplingLayer averagePool(int kernel, int stride) {
    return pool(PoolingType.AVG, kernel, stride, 0, ConvolutionMode.Truncate);
  }

  private static SubsamplingLayer pool(
      PoolingType type, int kernel, int stride, int pad, ConvolutionMode mode) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .padding(pad, pad)
        .convolutionMode(mode)
        .build();
  }

  /**
   * Dropout by the usual probability to drop; DL4J takes the probability to keep, and reads 0 as no
   * dropout.
   */
  static DropoutLayer dropout(double drop) {
    return new DropoutLayer.Builder().dropOut(drop == 0 ? 0 : 1 - drop).build();
  }
}
