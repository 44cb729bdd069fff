package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** A trainer does to a network what DL4J's own {@code fit} does: five steps of each end alike. */
class OneDnnTrainerTest {

  private static final int CLASSES = 3;
  private static final int BATCH = 4;
  private static final int EXAMPLES = 18;
  private static final int STEPS = 5;

  /** Of the difference to DL4J's update, as a part of it. */
  private static final double CLOSE = 1e-3;

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Test
  void anIteratorWithASmallerLastBatchTrainsAndEvaluatesAsInDl4j() {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    List<DataSet> data = List.of(images(EXAMPLES, 1), images(EXAMPLES, 2));
    DataSetIterator iterator = new ListDataSetIterator<>(data.get(0).asList(), BATCH);
    twins.fitted.fit(iterator, 2);
    iterator.reset();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      trainer.fit(iterator, 2);

      twins.assertAlike();
      assertThat(twins.trained.getEpochCount()).isEqualTo(2);
      assertThat(twins.trained.getIterationCount()).isEqualTo(2 * STEPS);

      DataSetIterator others = new ListDataSetIterator<>(data.get(1).asList(), BATCH + 3);
      Evaluation expected = twins.fitted.evaluate(others);
      others.reset();
      assertThat(trainer.evaluate(others).getConfusion().toCSV())
          .isEqualTo(expected.getConfusion().toCSV());
    }
  }

  @Test
  void aLargerBatchAndOtherShapesAreCompiledAnew() {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      for (int examples : List.of(2, 5, 3, 8)) {
        DataSet batch = images(examples, examples);
        twins.fitted.fit(batch);
        trainer.fit(batch);
      }
    }
    twins.assertAlike();
  }

  /** JUnit would close an array that is an argument by itself. */
  private record Learning(ILossFunction loss, Activation activation, INDArray labels) {

    @Override
    public String toString() {
      return loss.getClass().getSimpleName() + " of " + activation;
    }
  }

  static Stream<Learning> losses() {
    INDArray weights = Nd4j.createFromArray(0.5f, 1, 2);
    INDArray classes = classes(BATCH, 3);
    INDArray numbers = Nd4j.rand(new int[] {BATCH, CLASSES}, 7);
    INDArray smooth = classes.mul(0.9).addi(0.1 / CLASSES);
    return Stream.of(
        new Learning(new LossMCXENT(), Activation.SOFTMAX, classes),
        new Learning(new LossMCXENT(weights), Activation.SOFTMAX, classes),
        new Learning(new LossMCXENT(), Activation.SOFTMAX, smooth),
        new Learning(new LossSparseMCXENT(), Activation.SOFTMAX, classes.argMax(1).reshape(-1, 1)),
        new Learning(new LossBinaryXENT(), Activation.SIGMOID, classes),
        new Learning(new LossBinaryXENT(weights), Activation.SIGMOID, classes),
        new Learning(new LossMSE(), Activation.IDENTITY, numbers),
        new Learning(new LossMSE(), Activation.TANH, numbers),
        new Learning(new LossL1(), Activation.IDENTITY, numbers),
        new Learning(new LossHinge(), Activation.TANH, classes.mul(2).subi(1)),
        new Learning(new LossFMeasure(), Activation.SIGMOID, classes.getColumns(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void anyLossTrainsAsInDl4j(Learning learning) {
    INDArray labels = learning.labels;
    long out = learning.loss instanceof LossSparseMCXENT ? CLASSES : labels.size(1);
    Layer output =
        new OutputLayer.Builder(learning.loss).nOut(out).activation(learning.activation).build();
    Twins twins =
        new Twins(graph(InputType.convolutional(8, 8, 3)).addLayer("out", output, "conv"), "out");
    DataSet batch = new DataSet(images(BATCH, 1).getFeatures(), labels);
    twins.assertTrainedAlike(batch);
  }

  @Test
  void aLossLayerTrainsAsInDl4j() {
    Twins twins =
        new Twins(
            graph(InputType.convolutional(8, 8, 3))
                .addLayer("dense", new DenseLayer.Builder().nOut(CLASSES).build(), "conv")
                .addLayer(
                    "out",
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "dense"),
            "out");
    twins.assertTrainedAlike(images(BATCH, 1));
  }

  @Test
  void aLossByPixelTrainsAsInDl4j() {
    Twins twins =
        new Twins(
            graph(InputType.convolutional(8, 8, 3))
                .addLayer("maps", convolution(2).activation(Activation.IDENTITY).build(), "conv")
                .addLayer(
                    "out",
                    new CnnLossLayer.Builder(LossFunction.XENT)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "maps"),
            "out");
    INDArray maps = Nd4j.rand(new int[] {BATCH, 2, 4, 4}, 3).gt(0.5).castTo(DataType.FLOAT);
    twins.assertTrainedAlike(new DataSet(images(BATCH, 1).getFeatures(), maps));
  }

  @Test
  void severalInputsAndOutputsTrainAsInDl4j() {
    Twins twins =
        new Twins(
            builder()
                .addInputs("image", "vector")
                .setInputTypes(InputType.convolutional(8, 8, 3), InputType.feedForward(5))
                .addLayer("conv", convolution(4).build(), "image")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer("first", new DenseLayer.Builder().nOut(6).build(), "pool")
                .addLayer("second", new DenseLayer.Builder().nOut(4).build(), "vector")
                .addVertex("both", new MergeVertex(), "first", "second")
                .addLayer("class", output(), "both")
                .addLayer(
                    "number",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "second"),
            "class",
            "number");
    MultiDataSet batch =
        new MultiDataSet(
            new INDArray[] {images(BATCH, 1).getFeatures(), Nd4j.rand(new int[] {BATCH, 5}, 4)},
            new INDArray[] {classes(BATCH, 2), Nd4j.rand(new int[] {BATCH, 1}, 5)});
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      for (int step = 0; step < STEPS; step++) {
        twins.fitted.fit(batch);
        trainer.fit(batch);
        assertThat(twins.trained.score()).isCloseTo(twins.fitted.score(), within(1e-4));
      }
      twins.assertAlike();
      assertSame(
          trainer.output(batch.getFeatures()), twins.fitted.output(false, batch.getFeatures()));
    }
  }

  @Test
  void flatImagesTrainAsInDl4j() {
    Twins twins = new Twins(classifier(InputType.convolutionalFlat(8, 8, 3)));
    DataSet images = images(BATCH, 1);
    twins.assertTrainedAlike(
        new DataSet(images.getFeatures().reshape(BATCH, 3 * 8 * 8), images.getLabels()));
  }

  @Test
  void aSequenceOfLayersTrainsAsInDl4j() {
    MultiLayerNetwork fitted = lenet();
    MultiLayerNetwork trained = lenet();
    trained.setParams(fitted.params());
    INDArray start = fitted.params().dup();
    List<DataSet> data =
        new DataSet(Nd4j.rand(new int[] {EXAMPLES, 144}, 1), classes(EXAMPLES, 1)).asList();
    DataSetIterator iterator = new ListDataSetIterator<>(data, BATCH);
    fitted.fit(iterator, 2);
    iterator.reset();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(trained).threads(1).open()) {
      trainer.fit(iterator, 2);
      assertAlike(trained.params(), fitted.params(), start);
      assertThat(trained.updaterState().distance2(fitted.updaterState())).isLessThan(1e-3);
      assertThat(trained.score()).isCloseTo(fitted.score(), within(1e-4));
      assertThat(trained.getIterationCount()).isEqualTo(fitted.getIterationCount());
      assertThat(trained.getEpochCount()).isEqualTo(fitted.getEpochCount());
      INDArray features = data.get(3).getFeatures();
      assertSame(trainer.output(features), new INDArray[] {fitted.output(features)});
    }
  }

  /** Such a step is of the batch's own size, since its examples have a common mean and variance. */
  @Test
  void batchNormalisationLeavesOutWhatASmallerBatchLacks() {
    Twins twins =
        new Twins(
            graph(InputType.convolutional(8, 8, 3))
                .addLayer("norm", new BatchNormalization(), "conv")
                .addLayer("out", output(), "norm"),
            "out");
    DataSetIterator iterator = new ListDataSetIterator<>(images(EXAMPLES, 1).asList(), BATCH);
    twins.fitted.fit(iterator, 2);
    iterator.reset();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      trainer.fit(iterator, 2);
    }
    twins.assertAlike();
  }

  @Test
  void aRestoredNetworkGoesOnFromItsIterationAndUpdatersState(@TempDir Path folder)
      throws IOException {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    DataSet batch = images(BATCH, 1);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      for (int step = 0; step < STEPS; step++) {
        twins.fitted.fit(batch);
        trainer.fit(batch);
      }
    }
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(twins.trained, file, true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file, true);
    twins.fitted.fit(batch);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(restored).threads(1).open()) {
      trainer.fit(batch);
    }
    assertThat(restored.getIterationCount()).isEqualTo(STEPS + 1);
    assertAlike(restored.params(), twins.fitted.params(), twins.start);
  }

  @Test
  void whatOnlyCompilingFindsIsFoundWhenATrainerIsOpenedIfTheShapeIsKnown() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .addInputs("input")
                .addLayer(
                    "conv",
                    convolution(6).nIn(4).build(),
                    new FeedForwardToCnnPreProcessor(8, 8, 3),
                    "input")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6 * 8 * 8)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    new CnnToFeedForwardPreProcessor(8, 8, 6),
                    "conv")
                .setOutputs("out")
                .build());
    graph.init();
    assertThatThrownBy(() -> OneDnnTrainer.of(graph).threads(1).open())
        .hasMessageContainingAll("conv", "nIn is 4", "3 channels");
  }

  @Test
  void whatATrainerCannotDoIsRefusedByName() {
    ComputationGraph graph = new Twins(classifier(InputType.convolutional(8, 8, 3))).trained;
    DataSet batch = images(BATCH, 1);
    DataSet masked = new DataSet(batch.getFeatures(), batch.getLabels(), null, Nd4j.ones(BATCH, 1));
    DataSetIterator once = new ListDataSetIterator<>(batch.asList(), BATCH);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(graph).threads(1).open()) {
      assertThatThrownBy(() -> trainer.fit(masked)).hasMessageContaining("mask arrays");
      assertThatThrownBy(() -> trainer.fit(once, 0)).hasMessageContaining("epochs: 0");
      assertThatThrownBy(() -> trainer.fit(batch.getFeatures(), classes(BATCH + 1, 1)))
          .hasMessageContainingAll("labels of shape [5, 3]", "output out", "[4, 3]");
      assertThatThrownBy(() -> trainer.fit(new INDArray[2], new INDArray[1]))
          .hasMessageContaining("2 arrays of features for a network of 1 inputs");
      assertThatThrownBy(() -> trainer.fit(Nd4j.empty(DataType.FLOAT), batch.getLabels()))
          .hasMessageContaining("at least one");
      trainer.close();
      assertThatThrownBy(() -> trainer.fit(batch)).isInstanceOf(IllegalStateException.class);
    }
  }

  private static MultiLayerNetwork lenet() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(1e-3))
                .l2(5e-4)
                .list()
                .layer(convolution(6).build())
                .layer(
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build())
                .layer(output())
                .setInputType(InputType.convolutionalFlat(12, 12, 1))
                .build());
    network.init();
    return network;
  }

  /** A network for DL4J to fit, and its like for a trainer. */
  private static final class Twins {

    private final ComputationGraph fitted;
    private final ComputationGraph trained;
    private final INDArray start;

    Twins(GraphBuilder graph, String... outputs) {
      this(graph.setOutputs(outputs).build());
    }

    Twins(ComputationGraphConfiguration configuration) {
      String json = configuration.toJson();
      this.fitted = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
      this.trained = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
      fitted.init();
      trained.init();
      trained.setParams(fitted.params());
      this.start = fitted.params().dup();
    }

    void assertTrainedAlike(DataSet batch) {
      try (OneDnnTrainer trainer = OneDnnTrainer.of(trained).threads(1).open()) {
        for (int step = 0; step < STEPS; step++) {
          fitted.fit(batch);
          trainer.fit(batch);
          assertThat(trained.score()).isCloseTo(fitted.score(), within(1e-4));
        }
        assertAlike();
        assertSame(trainer.output(batch.getFeatures()), fitted.output(false, batch.getFeatures()));
      }
    }

    void assertAlike() {
      OneDnnTrainerTest.assertAlike(trained.params(), fitted.params(), start);
    }
  }

  private static void assertAlike(INDArray trained, INDArray fitted, INDArray start) {
    double update = fitted.distance2(start);
    assertThat(update).isPositive();
    assertThat(trained.distance2(fitted) / update).isLessThan(CLOSE);
  }

  private static void assertSame(INDArray[] actual, INDArray[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i].shape()).isEqualTo(expected[i].shape());
      assertThat(actual[i].distance2(expected[i])).isLessThan(1e-3);
    }
  }

  private static ComputationGraphConfiguration classifier(InputType type) {
    return graph(type).addLayer("out", output(), "conv").setOutputs("out").build();
  }

  private static GraphBuilder graph(InputType type) {
    return builder()
        .addInputs("input")
        .setInputTypes(type)
        .addLayer("conv", convolution(6).stride(2, 2).build(), "input");
  }

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Nesterovs(0.02, 0.9))
        .activation(Activation.RELU)
        .l2(1e-3)
        .graphBuilder();
  }

  private static ConvolutionLayer.Builder convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(channels)
        .padding(1, 1)
        .activation(Activation.RELU);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DataSet images(int examples, int seed) {
    return new DataSet(
        Nd4j.rand(new int[] {examples, 3, 8, 8}, seed).subi(0.5), classes(examples, seed));
  }

  private static INDArray classes(int examples, int seed) {
    Random random = new Random(seed);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }
}
