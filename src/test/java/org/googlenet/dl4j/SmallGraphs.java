package org.googlenet.dl4j;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks of some dozen parameters and mini-batches for them. */
public final class SmallGraphs {

  static final int INPUTS = 6;
  static final int CLASSES = 3;

  private static final InputType IMAGE = InputType.convolutional(8, 8, 2);

  private SmallGraphs() {}

  /** A hidden layer with half of its units dropped, in front of a softmax. */
  public static ComputationGraph dense(IUpdater updater) {
    return network(
        builder(updater)
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nOut(8).activation(Activation.TANH).dropOut(0.5).build(),
                "input")
            .addLayer("output", softmax(), "hidden")
            .setInputTypes(InputType.feedForward(INPUTS))
            .build());
  }

  /** A convolution over 2x3 maps and a batch normalisation. */
  static ComputationGraph convolutional(IUpdater updater) {
    return network(
        builder(updater)
            .addLayer("conv", new ConvolutionLayer.Builder(2, 2).nOut(4).build(), "input")
            .addLayer("norm", new BatchNormalization(), "conv")
            .addLayer("output", softmax(), "norm")
            .setInputTypes(InputType.convolutionalFlat(2, 3, 1))
            .build());
  }

  /** Two convolutions with ReLUs and a pool over images of {@link #images}. */
  static ComputationGraph images(IUpdater updater) {
    return network(
        imagesBuilder(updater).addLayer("output", softmax(), "pool").setInputTypes(IMAGE).build());
  }

  /** The same, with half of the pooled values dropped. */
  static ComputationGraph imagesWithDropout(IUpdater updater) {
    return network(
        imagesBuilder(updater)
            .addLayer("drop", new DropoutLayer(0.5), "pool")
            .addLayer("output", softmax(), "drop")
            .setInputTypes(IMAGE)
            .build());
  }

  private static ComputationGraphConfiguration.GraphBuilder imagesBuilder(IUpdater updater) {
    return builder(updater)
        .addLayer("conv1", convolution(4), "input")
        .addLayer("conv2", convolution(5), "conv1")
        .addLayer(
            "pool",
            new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build(),
            "conv2");
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .padding(1, 1)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }

  /** A network of a kind that only DL4J's own engine knows: an LSTM over sequences. */
  static ComputationGraph sequences(IUpdater updater) {
    return network(
        builder(updater)
            .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "input")
            .addLayer(
                "output",
                new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "lstm")
            .setInputTypes(InputType.recurrent(2))
            .build());
  }

  /** Mini-batches of these sizes for {@link #images(IUpdater)}. */
  static List<DataSet> imageBatches(int... sizes) {
    return IntStream.range(0, sizes.length)
        .mapToObj(
            i -> {
              DataSet flat = batch(sizes[i], i);
              INDArray images = Nd4j.create(DataType.FLOAT, sizes[i], 2, 8, 8);
              Random random = new Random(100 + i);
              for (long value = 0; value < images.length(); value++) {
                images.putScalar(value, random.nextGaussian());
              }
              return new DataSet(images, flat.getLabels());
            })
        .toList();
  }

  /** As a GoogLeNet of ten classes from outside: an image, and a main and two auxiliary heads. */
  static ComputationGraph threeHeads(IUpdater updater, int side) {
    ComputationGraphConfiguration.GraphBuilder graph =
        builder(updater)
            .setOutputs(GoogLeNet.HEADS.toArray(String[]::new))
            .addLayer(
                "conv", new ConvolutionLayer.Builder(9, 9).stride(8, 8).nOut(4).build(), "input");
    for (String head : GoogLeNet.HEADS) {
      graph.addLayer(
          head,
          new OutputLayer.Builder(new WeightedLoss(head.equals("main") ? 1 : 0.3))
              .nOut(10)
              .activation(Activation.SOFTMAX)
              .build(),
          "conv");
    }
    return network(graph.setInputTypes(InputType.convolutional(side, side, 3)).build());
  }

  /** Mini-batches of these sizes. */
  static List<DataSet> batches(int... sizes) {
    return IntStream.range(0, sizes.length).mapToObj(i -> batch(sizes[i], i)).toList();
  }

  private static DataSet batch(int size, int seed) {
    Random random = new Random(seed);
    float[][] inputs = new float[size][INPUTS];
    float[][] labels = new float[size][CLASSES];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < INPUTS; j++) {
        inputs[i][j] = (float) random.nextGaussian();
      }
      labels[i][random.nextInt(CLASSES)] = 1;
    }
    return new DataSet(Nd4j.create(inputs), Nd4j.create(labels));
  }

  private static ComputationGraphConfiguration.GraphBuilder builder(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(updater)
        .l2(1e-3)
        .graphBuilder()
        .addInputs("input")
        .setOutputs("output");
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }
}
