package org.googlenet.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Networks of normalised convolutions whose blocks add or merge what they read. */
final class ResidualNetworks {

  private static final int[] CHANNELS = {64, 128, 256, 512};

  /** Of a bottleneck block's last convolution to its first ones. */
  private static final int EXPANSION = 4;

  private static final int GROWTH = 32;

  private ResidualNetworks() {}

  static ComputationGraphConfiguration resNet18(Drawing net) {
    String map = stem(net);
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int block = 0; block < 2; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        map = basicBlock(net, map, CHANNELS[stage], stride, stride == 2);
      }
    }
    return net.classified(net.globalAverage(map));
  }

  static ComputationGraphConfiguration resNet50(Drawing net) {
    int[] blocks = {3, 4, 6, 3};
    String map = stem(net);
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        map = bottleneck(net, map, CHANNELS[stage], stride, block == 0);
      }
    }
    return net.classified(net.globalAverage(map));
  }

  private static String stem(Drawing net) {
    String map = net.relu(net.convolutionNormalised(net.input(), 64, 7, 2, 3));
    return net.maxPool(map, 3, 2, 1);
  }

  private static String basicBlock(
      Drawing net, String map, int channels, int stride, boolean projects) {
    String branch = net.relu(net.convolutionNormalised(map, channels, 3, stride, 1));
    branch = net.convolutionNormalised(branch, channels, 3, 1, 1);
    String shortcut = projects ? net.convolutionNormalised(map, channels, 1, stride, 0) : map;
    return net.relu(net.sum(branch, shortcut));
  }

  private static String bottleneck(
      Drawing net, String map, int channels, int stride, boolean projects) {
    int wide = EXPANSION * channels;
    String branch = net.relu(net.convolutionNormalised(map, channels, 1, 1, 0));
    branch = net.relu(net.convolutionNormalised(branch, channels, 3, stride, 1));
    branch = net.convolutionNormalised(branch, wide, 1, 1, 0);
    String shortcut = projects ? net.convolutionNormalised(map, wide, 1, stride, 0) : map;
    return net.relu(net.sum(branch, shortcut));
  }

  static ComputationGraphConfiguration denseNet121(Drawing net) {
    int[] blocks = {6, 12, 24, 16};
    int channels = 2 * GROWTH;
    String map = stem(net);
    for (int block = 0; block < blocks.length; block++) {
      for (int layer = 0; layer < blocks[block]; layer++) {
        map = denseLayer(net, map);
        channels += GROWTH;
      }
      if (block < blocks.length - 1) {
        channels /= 2;
        map = net.convolution(net.relu(net.normalised(map)), channels, 1, 1, 0);
        map = net.averagePool(map, 2, 2, 0);
      }
    }
    return net.classified(net.globalAverage(net.relu(net.normalised(map))));
  }

  private static String denseLayer(Drawing net, String map) {
    String narrow = net.convolution(net.relu(net.normalised(map)), 4 * GROWTH, 1, 1, 0);
    return net.merged(map, net.convolution(net.relu(net.normalised(narrow)), GROWTH, 3, 1, 1));
  }
}
