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
 * <p>Every map is NCHW and every output side is {@code floor((side + 2 * pad - kernel) / stride) +
 * 1} ({@link ConvolutionMode#Truncate}).
 */
final class Layers {

  private Layers() {}

  /** A square convolution with bias and ReLU. */
  static ConvolutionLayer convolution(int channels, int kernel, int stride, int pad) {
    return convolution(channels, kernel, stride, pad, Activation.RELU);
  }

  static ConvolutionLayer convolution(
      int channels, int kernel, int stride, int pad, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding(pad, pad)
        .convolutionMode(ConvolutionMode.Truncate)
        .nOut(channels)
        .activation(activation)
        .build();
  }

  /** The 3x3 max pool with padding 1 that GoogLeNet uses everywhere. */
  static SubsamplingLayer maxPool(int stride) {
    return pool(PoolingType.MAX, 3, stride, 1);
  }

  static SubsamplingLayer averagePool(int kernel, int stride) {
    return pool(PoolingType.AVG, kernel, stride, 0);
  }

  private static SubsamplingLayer pool(PoolingType type, int kernel, int stride, int pad) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .padding(pad, pad)
        .convolutionMode(ConvolutionMode.Truncate)
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
