package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.Twins.BATCH;
import static org.googlenet.engine.Twins.assertSame;
import static org.googlenet.engine.Twins.classes;
import static org.googlenet.engine.Twins.classifier;
import static org.googlenet.engine.Twins.convolution;
import static org.googlenet.engine.Twins.images;
import static org.googlenet.engine.Twins.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.meta.Prediction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** What a trainer does with a batch depends on the network and the batch alone. */
class TrainerBatchesTest {

  private static final int EXAMPLES = 18;

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Test
  void whatWasTrainedBeforeDoesNotChangeTheBitsOfAStep() {
    MultiLayerNetwork one = layers(new Adam(1e-3));
    MultiLayerNetwork other = layers(new Adam(1e-3));
    other.setParams(one.params().dup());
    INDArray start = one.params().dup();
    try (OneDnnTrainer fresh = OneDnnTrainer.of(one).threads(1).open();
        OneDnnTrainer used = OneDnnTrainer.of(other).threads(1).open()) {
      used.fit(Nd4j.rand(1L, new long[] {9, 192}), classes(9, 1));
      other.setParams(start);
      other.getUpdater().getStateViewArray().assign(0);
      other.setIterationCount(0);
      for (OneDnnTrainer trainer : List.of(fresh, used)) {
        trainer.fit(Nd4j.rand(2L, new long[] {3, 192}), classes(3, 2));
      }
    }
    assertThat(other.params()).isEqualTo(one.params());
  }

  @Test
  void anImageAfterABatchCostsAnImage() {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    INDArray many = images(150, 1).getFeatures();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      for (int examples : List.of(150, 1, 3)) {
        INDArray some = many.get(NDArrayIndex.interval(0, examples));
        assertSame(trainer.output(some), twins.fitted.output(some));
      }
    }
  }

  @Test
  void theWrongOnesAreNamedByTheirMetaData() {
    Twins twins = new Twins(classifier(InputType.convolutional(8, 8, 3)));
    DataSet images = images(EXAMPLES, 1);
    images.setExampleMetaData(IntStream.range(0, EXAMPLES).boxed().toList());
    try (OneDnnTrainer trainer = OneDnnTrainer.of(twins.trained).threads(1).open()) {
      List<Prediction> expected =
          twins.fitted.evaluate(new SingletonDataSetIterator(images)).getPredictionErrors();
      assertThat(trainer.evaluate(new SingletonDataSetIterator(images)).getPredictionErrors())
          .hasSameSizeAs(expected)
          .isNotEmpty();
    }
  }

  @Test
  void bothKindsOfNetworkClipAsMomentumSgdAsks() {
    MomentumSgd clipped = MomentumSgd.of(LearningRateSchedule.constant(0.5)).withClipNorm(1e-3);
    MultiLayerNetwork layers = layers(clipped);
    ComputationGraph graph = layers(clipped).toComputationGraph();
    graph.setParams(layers.params());
    INDArray start = layers.params().dup();
    INDArray images = Nd4j.rand(1L, new long[] {BATCH, 192});
    try (OneDnnTrainer ofLayers = OneDnnTrainer.of(layers).threads(1).open();
        OneDnnTrainer ofGraph = OneDnnTrainer.of(graph).threads(1).open()) {
      ofLayers.fit(images, classes(BATCH, 1));
      ofGraph.fit(images, classes(BATCH, 1));
    }
    assertThat(layers.params().distance2(start)).isLessThan(1e-3);
    assertThat(layers.params().distance2(graph.params())).isLessThan(1e-7);
  }

  @Test
  void theTwoLastUsedAreKeptAndAFailureLeavesThem() {
    List<String> freed = new ArrayList<>();
    LastTwo<Integer, String> two = new LastTwo<>(freed::add);
    two.get(1, () -> "one");
    two.get(2, () -> "two");
    two.get(1, () -> "another one");
    assertThatThrownBy(
            () ->
                two.get(
                    3,
                    () -> {
                      throw new IllegalStateException("too large");
                    }))
        .hasMessage("too large");

    assertThat(two.get(1, () -> "another one")).isEqualTo("one");
    assertThat(freed).containsExactly("two");
    two.close();
    assertThat(freed).containsExactly("two", "one");
  }

  private static MultiLayerNetwork layers(IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(updater)
                .list()
                .layer(convolution(6).build())
                .layer(output())
                .setInputType(InputType.convolutionalFlat(8, 8, 3))
                .build());
    network.init();
    return network;
  }
}
