package org.googlenet.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.activations.Activation;

/** Inception v3 of torchvision, without its auxiliary classifier. */
final class InceptionV3 {

  private final Drawing net;

  private InceptionV3(Drawing net) {
    this.net = net;
  }

  static ComputationGraphConfiguration draw(Drawing net) {
    return new InceptionV3(net).draw();
  }

  private ComputationGraphConfiguration draw() {
    String map = square(net.input(), 32, 3, 2, 0);
    map = square(square(map, 32, 3, 1, 0), 64, 3, 1, 1);
    map = net.maxPool(map, 3, 2, 0);
    map = square(square(map, 80, 1, 1, 0), 192, 3, 1, 0);
    map = net.maxPool(map, 3, 2, 0);
    for (int pooled : new int[] {32, 64, 64}) {
      map = blockA(map, pooled);
    }
    map = blockB(map);
    for (int narrow : new int[] {128, 160, 160, 192}) {
      map = blockC(map, narrow);
    }
    map = blockE(blockE(blockD(map)));
    return net.classified(net.dropout(net.globalAverage(map), 0.5));
  }

  private String blockA(String map, int pooled) {
    return net.merged(
        square(map, 64, 1, 1, 0),
        square(square(map, 48, 1, 1, 0), 64, 5, 1, 2),
        square(square(square(map, 64, 1, 1, 0), 96, 3, 1, 1), 96, 3, 1, 1),
        pooled(map, pooled));
  }

  private String blockB(String map) {
    return net.merged(
        square(map, 384, 3, 2, 0),
        square(square(square(map, 64, 1, 1, 0), 96, 3, 1, 1), 96, 3, 2, 0),
        net.maxPool(map, 3, 2, 0));
  }

  /** Convolutions of rows and of columns, seven pixels long. */
  private String blockC(String map, int narrow) {
    String once = column(row(square(map, narrow, 1, 1, 0), narrow, 7), 192, 7);
    String twice = row(column(square(map, narrow, 1, 1, 0), narrow, 7), narrow, 7);
    twice = row(column(twice, narrow, 7), 192, 7);
    return net.merged(square(map, 192, 1, 1, 0), once, twice, pooled(map, 192));
  }

  private String blockD(String map) {
    String long7 = column(row(square(map, 192, 1, 1, 0), 192, 7), 192, 7);
    return net.merged(
        square(square(map, 192, 1, 1, 0), 320, 3, 2, 0),
        square(long7, 192, 3, 2, 0),
        net.maxPool(map, 3, 2, 0));
  }

  private String blockE(String map) {
    String narrow = square(map, 384, 1, 1, 0);
    String twice = square(square(map, 448, 1, 1, 0), 384, 3, 1, 1);
    return net.merged(
        square(map, 320, 1, 1, 0),
        row(narrow, 384, 3),
        column(narrow, 384, 3),
        row(twice, 384, 3),
        column(twice, 384, 3),
        pooled(map, 192));
  }

  private String pooled(String map, int channels) {
    return square(net.averagePool(map, 3, 1, 1), channels, 1, 1, 0);
  }

  private String row(String from, int channels, int length) {
    return convolution(from, channels, new int[] {1, length}, 1, new int[] {0, length / 2});
  }

  private String column(String from, int channels, int length) {
    return convolution(from, channels, new int[] {length, 1}, 1, new int[] {length / 2, 0});
  }

  private String square(String from, int channels, int kernel, int stride, int pad) {
    return convolution(from, channels, new int[] {kernel, kernel}, stride, new int[] {pad, pad});
  }

  private String convolution(String from, int channels, int[] kernel, int stride, int[] pad) {
    ConvolutionLayer layer =
        new ConvolutionLayer.Builder(kernel)
            .stride(stride, stride)
            .padding(pad)
            .nOut(net.channels(channels))
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build();
    BatchNormalization norm = new BatchNormalization.Builder().eps(1e-3).build();
    return net.relu(net.add("norm", norm, net.add("conv", layer, from)));
  }
}
