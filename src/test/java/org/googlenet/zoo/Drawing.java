package org.googlenet.zoo;

import static org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType.AVG;
import static org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType.MAX;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Draws a network layer by layer: each method adds what it is called after, and names it. */
final class Drawing {

  private static final int FEWEST_CHANNELS = 4;

  private final GraphBuilder graph;
  private final String input;
  private final NetworkSize size;
  private int number;

  Drawing(String input, InputType type, NetworkSize size, IUpdater updater) {
    this.input = input;
    this.size = size;
    this.graph =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .weightInit(WeightInit.RELU)
            .l2(1e-4)
            .updater(updater)
            .graphBuilder()
            .addInputs(input)
            .setInputTypes(type);
  }

  String input() {
    return input;
  }

  int side() {
    return size.side();
  }

  int classes() {
    return size.classes();
  }

  /** The published number of channels, or of a layer's units, times the width. */
  int channels(int published) {
    return Math.max(FEWEST_CHANNELS, (int) Math.round(published * size.width()));
  }

  String add(String kind, Layer layer, String from) {
    String name = kind + ++number;
    graph.addLayer(name, layer, from);
    return name;
  }

  /** A square convolution with nothing behind it, as a builder, of a published width. */
  ConvolutionLayer.Builder convolution(int channels, int kernel, int stride) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(channels(channels))
        .activation(Activation.IDENTITY);
  }

  /** A square convolution with bias and ReLU. */
  String convolutionRelu(String from, int channels, int kernel, int stride, int pad) {
    ConvolutionLayer.Builder layer =
        convolution(channels, kernel, stride).padding(pad, pad).activation(Activation.RELU);
    return add("conv", layer.build(), from);
  }

  /** A convolution with bias and ReLU whose map is as large as the one that it reads. */
  String sameConvolutionRelu(String from, int channels, int kernel) {
    ConvolutionLayer.Builder layer =
        convolution(channels, kernel, 1)
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.RELU);
    return add("conv", layer.build(), from);
  }

  /** A square convolution without bias. */
  String convolution(String from, int channels, int kernel, int stride, int pad) {
    return add(
        "conv",
        convolution(channels, kernel, stride).padding(pad, pad).hasBias(false).build(),
        from);
  }

  /** A square convolution without bias, and the normalisation of its batch. */
  String convolutionNormalised(String from, int channels, int kernel, int stride, int pad) {
    return normalised(convolution(from, channels, kernel, stride, pad));
  }

  String normalised(String from) {
    return add("norm", new BatchNormalization.Builder().build(), from);
  }

  String relu(String from) {
    return activation(from, Activation.RELU);
  }

  String activation(String from, Activation activation) {
    return add("activation", new ActivationLayer(activation), from);
  }

  String maxPool(String from, int kernel, int stride, int pad) {
    return add("max", pool(MAX, kernel, stride, pad).build(), from);
  }

  String averagePool(String from, int kernel, int stride, int pad) {
    return add("average", pool(AVG, kernel, stride, pad).build(), from);
  }

  static SubsamplingLayer.Builder pool(
      SubsamplingLayer.PoolingType type, int kernel, int stride, int pad) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .padding(pad, pad)
        .avgPoolIncludePadInDivisor(true);
  }

  String globalAverage(String from) {
    return add("global", new GlobalPoolingLayer(PoolingType.AVG), from);
  }

  /** Dropout that keeps a value with a probability, if this network has its dropouts. */
  String dropout(String from, double keep) {
    return size.dropout() ? add("dropout", new DropoutLayer(keep), from) : from;
  }

  String denseRelu(String from, int units) {
    return add(
        "dense",
        new DenseLayer.Builder().nOut(channels(units)).activation(Activation.RELU).build(),
        from);
  }

  String merged(String... from) {
    String name = "merge" + ++number;
    graph.addVertex(name, new MergeVertex(), from);
    return name;
  }

  String sum(String... from) {
    String name = "sum" + ++number;
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), from);
    return name;
  }

  /** A fully connected layer with softmax and cross-entropy ends the network. */
  ComputationGraphConfiguration classified(String from) {
    return ended(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(size.classes())
            .activation(Activation.SOFTMAX)
            .build(),
        from);
  }

  ComputationGraphConfiguration ended(Layer output, String from) {
    return graph.addLayer("output", output, from).setOutputs("output").build();
  }
}
