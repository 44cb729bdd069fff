package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.Twins.BATCH;
import static org.googlenet.engine.Twins.CLASSES;
import static org.googlenet.engine.Twins.STEPS;
import static org.googlenet.engine.Twins.assertAlike;
import static org.googlenet.engine.Twins.assertSame;
import static org.googlenet.engine.Twins.classes;
import static org.googlenet.engine.Twins.classifier;
import static org.googlenet.engine.Twins.convolution;
import static org.googlenet.engine.Twins.graph;
import static org.googlenet.engine.Twins.images;
import static org.googlenet.engine.Twins.output;
import static org.googlenet.engine.Twins.settings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
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
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A trainer does to a network what DL4J's own {@code fit} does: five steps of each end alike. */
class OneDnnTrainerTest {

  private static final int EXAMPLES = 18;

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

  @Test
  void theMemoryOfATrainingIsKnownBeforeItBegins() {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      long four = trainer.trainingBytes(images(4, 1).getFeatures());
      long eight = trainer.trainingBytes(images(8, 1).getFeatures());
      assertThat(twins.trained.getIterationCount()).isZero();
      // An image alone is 768 bytes; parameters, gradient and state of the updater are three or
      // more.
      assertThat(eight).isGreaterThan(four + 4 * 768);
      assertThat(four).isGreaterThan(3L * Float.BYTES * twins.trained.numParams());
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
        new DataSet(Nd4j.rand(1L, new long[] {EXAMPLES, 144}), classes(EXAMPLES, 1)).asList();
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
            settings()
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
}
