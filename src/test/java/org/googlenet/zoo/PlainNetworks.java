package org.googlenet.zoo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of convolutions with ReLUs and pools. */
final class PlainNetworks {

  private static final int[] VGG_CHANNELS = {64, 128, 256, 512, 512};
  private static final int[] VGG_CONVOLUTIONS = {2, 2, 3, 3, 3};
  private static final int[] UNET_CHANNELS = {64, 128, 256, 512};

  private PlainNetworks() {}

  /** LeNet of DL4J's zoo, which takes rows of pixels. */
  static ComputationGraphConfiguration leNet(Drawing net) {
    String map = net.sameConvolutionRelu(net.input(), 20, 5);
    map = net.maxPool(map, 2, 2, 0);
    map = net.sameConvolutionRelu(map, 50, 5);
    map = net.maxPool(map, 2, 2, 0);
    return net.classified(net.denseRelu(map, 500));
  }

  /** AlexNet of torchvision, which has no normalisation. */
  static ComputationGraphConfiguration alexNet(Drawing net) {
    String map = net.maxPool(net.convolutionRelu(net.input(), 64, 11, 4, 2), 3, 2, 0);
    map = net.maxPool(net.convolutionRelu(map, 192, 5, 1, 2), 3, 2, 0);
    map = net.convolutionRelu(map, 384, 3, 1, 1);
    map = net.convolutionRelu(map, 256, 3, 1, 1);
    map = net.maxPool(net.convolutionRelu(map, 256, 3, 1, 1), 3, 2, 0);
    return wide(net, map);
  }

  static ComputationGraphConfiguration vgg16(Drawing net) {
    String map = net.input();
    for (int block = 0; block < VGG_CHANNELS.length; block++) {
      for (int i = 0; i < VGG_CONVOLUTIONS[block]; i++) {
        map = net.convolutionRelu(map, VGG_CHANNELS[block], 3, 1, 1);
      }
      map = net.maxPool(map, 2, 2, 0);
    }
    return wide(net, map);
  }

  private static ComputationGraphConfiguration wide(Drawing net, String map) {
    String units = net.denseRelu(net.dropout(map, 0.5), 4096);
    return net.classified(net.denseRelu(net.dropout(units, 0.5), 4096));
  }

  /** SqueezeNet 1.1 of torchvision: its classes are a convolution's channels. */
  static ComputationGraphConfiguration squeezeNet(Drawing net) {
    String map = net.maxPool(net.convolutionRelu(net.input(), 64, 3, 2, 0), 3, 2, 0);
    map = fire(net, fire(net, map, 16, 64), 16, 64);
    map = net.maxPool(map, 3, 2, 0);
    map = fire(net, fire(net, map, 32, 128), 32, 128);
    map = net.side() < 64 ? map : net.maxPool(map, 3, 2, 0);
    map = fire(net, fire(net, map, 48, 192), 48, 192);
    map = fire(net, fire(net, map, 64, 256), 64, 256);
    ConvolutionLayer scores =
        new ConvolutionLayer.Builder(1, 1).nOut(net.classes()).activation(Activation.RELU).build();
    map = net.add("conv", scores, net.dropout(map, 0.5));
    return net.ended(
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
        net.globalAverage(map));
  }

  private static String fire(Drawing net, String map, int squeezed, int expanded) {
    String squeeze = net.convolutionRelu(map, squeezed, 1, 1, 0);
    return net.merged(
        net.convolutionRelu(squeeze, expanded, 1, 1, 0),
        net.convolutionRelu(squeeze, expanded, 3, 1, 1));
  }

  /** U-Net with maps of one size on either side, and one class: a side divisible by 16. */
  static ComputationGraphConfiguration uNet(Drawing net) {
    Deque<String> left = new ArrayDeque<>();
    String map = net.input();
    for (int channels : UNET_CHANNELS) {
      map = twoConvolutions(net, map, channels);
      left.push(map);
      map = net.maxPool(map, 2, 2, 0);
    }
    map = net.dropout(twoConvolutions(net, map, 2 * UNET_CHANNELS[3]), 0.5);
    for (int i = UNET_CHANNELS.length - 1; i >= 0; i--) {
      int channels = UNET_CHANNELS[i];
      map = net.merged(left.pop(), net.add("up", doubled(net.channels(channels)), map));
      map = twoConvolutions(net, map, channels);
    }
    ConvolutionLayer score =
        new ConvolutionLayer.Builder(1, 1).nOut(1).activation(Activation.IDENTITY).build();
    return net.ended(
        new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build(),
        net.add("conv", score, map));
  }

  private static String twoConvolutions(Drawing net, String map, int channels) {
    return net.sameConvolutionRelu(net.sameConvolutionRelu(map, channels, 3), channels, 3);
  }

  private static Deconvolution2D doubled(int channels) {
    return new Deconvolution2D.Builder(2, 2)
        .stride(2, 2)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }
}
