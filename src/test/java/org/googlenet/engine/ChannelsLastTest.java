package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of maps {@code [n, h, w, c]} with ends as imported models of Keras have them. */
class ChannelsLastTest {

  private static final int CLASSES = 3;

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Test
  void aSequenceOfLayersWithAFlattenedMapTrainsAsByDl4j() {
    MultiLayerNetwork expected = sequence();
    MultiLayerNetwork actual = sequence();
    actual.setParams(expected.params());
    INDArray start = expected.params().dup();
    DataSet batch = batch(1);

    try (OneDnnTrainer trainer = OneDnnTrainer.of(actual).threads(1).open()) {
      for (int step = 0; step < 3; step++) {
        expected.fit(batch);
        trainer.fit(batch);
        assertThat(actual.score()).isCloseTo(expected.score(), within(1e-5));
      }
      assertSameUpdate(start, expected.params(), actual.params());
      assertThat(difference(trainer.output(batch.getFeatures())[0], expected.output(batch.getFeatures())))
          .isLessThan(1e-5);
    }
  }

  @Test
  void aGraphWithAMergeAndAGlobalPoolTrainsAsByDl4j() {
    ComputationGraph expected = graph(3);
    ComputationGraph actual = graph(3);
    actual.setParams(expected.params());
    INDArray start = expected.params().dup();
    DataSet batch = batch(2);

    try (OneDnnTrainer trainer = OneDnnTrainer.of(actual).threads(1).open()) {
      for (int step = 0; step < 3; step++) {
        expected.fit(batch);
        trainer.fit(batch);
        assertThat(actual.score()).isCloseTo(expected.score(), within(1e-5));
      }
      assertSameUpdate(start, expected.params(), actual.params());
    }
  }

  /** DL4J's own shortcut would take the gradient of an example without a label as its output. */
  @Test
  void softmaxInFrontOfTheLossIsTakenAsALayer() {
    MultiLayerNetwork expected = sequence();
    MultiLayerNetwork actual = sequence();
    actual.setParams(expected.params());
    INDArray start = expected.params().dup();
    DataSet batch = batch(3);
    batch.getLabels().putRow(0, Nd4j.zeros(CLASSES));

    try (OneDnnTrainer trainer = OneDnnTrainer.of(actual).threads(1).open()) {
      expected.fit(batch);
      trainer.fit(batch);
    }
    assertSameUpdate(start, expected.params(), actual.params());
  }

  @Test
  void aMergeOfAnotherAxisIsRefused() {
    ComputationGraphConfiguration configuration = graph(3).getConfiguration();
    ((MergeVertex) configuration.getVertices().get("merge")).setMergeAxis(1);

    assertThatThrownBy(() -> Network.of(configuration))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContaining("merge: merge axis 1 in a network of data format NHWC");
  }

  @Test
  void aLayerOfTheOtherFormatIsRefused() {
    ComputationGraphConfiguration configuration = graph(3).getConfiguration();
    ((ConvolutionLayer)
            ((org.deeplearning4j.nn.conf.graph.LayerVertex) configuration.getVertices().get("one"))
                .getLayerConf()
                .getLayer())
        .setCnn2dDataFormat(CNN2DFormat.NCHW);

    assertThatThrownBy(() -> Network.of(configuration))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContaining("one: data format NCHW in a network of data format NHWC");
  }

  private static void assertSameUpdate(INDArray start, INDArray expected, INDArray actual) {
    assertThat(difference(actual, expected) / difference(expected, start))
        .as("difference of the update")
        .isLessThan(1e-4);
  }

  private static double difference(INDArray one, INDArray other) {
    return one.sub(other).norm2Number().doubleValue();
  }

  private static MultiLayerNetwork sequence() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Sgd(0.1))
                .list()
                .layer(zeroPadding())
                .layer(convolution(6, 3))
                .layer(new BatchNormalization.Builder().useLogStd(false).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(pool())
                .layer(softmax())
                .layer(loss())
                .setInputType(InputType.convolutional(6, 4, 2, CNN2DFormat.NHWC))
                .build());
    network.init();
    return network;
  }

  private static ComputationGraph graph(int axis) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(6)
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("input")
            .addLayer("one", convolution(5, 1), "input")
            .addLayer("norm", new BatchNormalization(), "one")
            .addLayer("three", convolution(4, 1), "norm")
            .addVertex("merge", merge(axis), "norm", "three")
            .addLayer("global", global(), "merge")
            .addLayer("softmax", softmax(), "global")
            .addLayer("loss", loss(), "softmax")
            .setOutputs("loss")
            .setInputTypes(InputType.convolutional(6, 4, 2, CNN2DFormat.NHWC));
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  private static MergeVertex merge(int axis) {
    MergeVertex merge = new MergeVertex();
    merge.setMergeAxis(axis);
    return merge;
  }

  private static Layer zeroPadding() {
    return new ZeroPaddingLayer.Builder(1, 0).dataFormat(CNN2DFormat.NHWC).build();
  }

  private static ConvolutionLayer convolution(int channels, int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(channels)
        .dataFormat(CNN2DFormat.NHWC)
        .activation(Activation.ELU)
        .build();
  }

  private static Layer pool() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(1, 1)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  private static Layer global() {
    return new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(1, 2).build();
  }

  private static Layer softmax() {
    return new DenseLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  private static Layer loss() {
    return new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build();
  }

  private static DataSet batch(long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, CLASSES);
    for (int i = 0; i < 4; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(Nd4j.randn(DataType.FLOAT, 4, 6, 4, 2), labels);
  }
}
