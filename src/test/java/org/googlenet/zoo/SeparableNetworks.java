package org.googlenet.zoo;

import static org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType.MAX;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.activations.Activation;

/** Networks whose convolutions look at one channel at a time, then at one pixel at a time. */
final class SeparableNetworks {

  /** Channels and stride of each pair of convolutions of MobileNet v1. */
  private static final int[][] MOBILENET_V1 = {
    {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1},
    {512, 1}, {512, 1}, {1024, 2}, {1024, 1}
  };

  /** Expansion, channels, number and first stride of the blocks of MobileNet v2. */
  private static final int[][] MOBILENET_V2 = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private SeparableNetworks() {}

  /** MobileNet v1, padded as Keras does. */
  static ComputationGraphConfiguration mobileNetV1(Drawing net) {
    String map =
        net.add(
            "conv",
            net.convolution(32, 3, 2).convolutionMode(ConvolutionMode.Same).hasBias(false).build(),
            net.input());
    map = relu6(net, net.normalised(map));
    for (int[] pair : MOBILENET_V1) {
      DepthwiseConvolution2D depthwise =
          depthwise(pair[1]).convolutionMode(ConvolutionMode.Same).build();
      map = relu6(net, net.normalised(net.add("depthwise", depthwise, map)));
      map = relu6(net, net.convolutionNormalised(map, pair[0], 1, 1, 0));
    }
    return net.classified(net.dropout(net.globalAverage(map), 0.999));
  }

  /** MobileNet v2 of torchvision. */
  static ComputationGraphConfiguration mobileNetV2(Drawing net) {
    String map = relu6(net, net.convolutionNormalised(net.input(), 32, 3, 2, 1));
    int channels = 32;
    for (int[] blocks : MOBILENET_V2) {
      for (int block = 0; block < blocks[2]; block++) {
        int stride = block == 0 ? blocks[3] : 1;
        String wide =
            blocks[0] == 1
                ? map
                : relu6(net, net.convolutionNormalised(map, blocks[0] * channels, 1, 1, 0));
        String branch = narrowed(net, wide, blocks[1], stride);
        map = block == 0 ? branch : net.sum(map, branch);
        channels = blocks[1];
      }
    }
    map = relu6(net, net.convolutionNormalised(map, 1280, 1, 1, 0));
    return net.classified(net.dropout(net.globalAverage(map), 0.8));
  }

  private static String narrowed(Drawing net, String from, int channels, int stride) {
    String map = net.add("depthwise", depthwise(stride).padding(1, 1).build(), from);
    return net.convolutionNormalised(relu6(net, net.normalised(map)), channels, 1, 1, 0);
  }

  private static DepthwiseConvolution2D.Builder depthwise(int stride) {
    return new DepthwiseConvolution2D.Builder()
        .kernelSize(3, 3)
        .stride(stride, stride)
        .hasBias(false)
        .activation(Activation.IDENTITY);
  }

  private static String relu6(Drawing net, String map) {
    return net.activation(map, Activation.RELU6);
  }

  /** Xception, padded as Keras does. */
  static ComputationGraphConfiguration xception(Drawing net) {
    String map = net.relu(net.convolutionNormalised(net.input(), 32, 3, 2, 0));
    map = net.relu(net.convolutionNormalised(map, 64, 3, 1, 0));
    map = shrinking(net, map, separable(net, map, 128), 128);
    map = shrinking(net, map, separable(net, net.relu(map), 256), 256);
    map = shrinking(net, map, separable(net, net.relu(map), 728), 728);
    for (int block = 0; block < 8; block++) {
      String branch = map;
      for (int i = 0; i < 3; i++) {
        branch = separable(net, net.relu(branch), 728);
      }
      map = net.sum(branch, map);
    }
    map = shrinking(net, map, separable(net, net.relu(map), 728), 1024);
    map = net.relu(separable(net, map, 1536));
    map = net.relu(separable(net, map, 2048));
    return net.classified(net.globalAverage(map));
  }

  /** A second separable convolution and a pool, beside a convolution of every other pixel. */
  private static String shrinking(Drawing net, String map, String branch, int channels) {
    String pooled =
        net.add(
            "max",
            Drawing.pool(MAX, 3, 2, 0).convolutionMode(ConvolutionMode.Same).build(),
            separable(net, net.relu(branch), channels));
    String strided =
        net.add(
            "conv",
            net.convolution(channels, 1, 2)
                .convolutionMode(ConvolutionMode.Same)
                .hasBias(false)
                .build(),
            map);
    return net.sum(pooled, net.normalised(strided));
  }

  private static String separable(Drawing net, String map, int channels) {
    SeparableConvolution2D layer =
        new SeparableConvolution2D.Builder(3, 3)
            .nOut(net.channels(channels))
            .convolutionMode(ConvolutionMode.Same)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build();
    return net.normalised(net.add("separable", layer, map));
  }
}
