package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.Twins.BATCH;
import static org.googlenet.engine.Twins.CLASSES;
import static org.googlenet.engine.Twins.STEPS;
import static org.googlenet.engine.Twins.assertSame;
import static org.googlenet.engine.Twins.classes;
import static org.googlenet.engine.Twins.convolution;
import static org.googlenet.engine.Twins.graph;
import static org.googlenet.engine.Twins.images;
import static org.googlenet.engine.Twins.output;
import static org.googlenet.engine.Twins.settings;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Any loss, and several inputs and outputs, train as in DL4J's own {@code fit}. */
class OneDnnLossesTest {

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
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
    INDArray numbers = Nd4j.rand(7L, new long[] {BATCH, CLASSES});
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
    INDArray maps = Nd4j.rand(3L, new long[] {BATCH, 2, 4, 4}).gt(0.5).castTo(DataType.FLOAT);
    twins.assertTrainedAlike(new DataSet(images(BATCH, 1).getFeatures(), maps));
  }

  @Test
  void severalInputsAndOutputsTrainAsInDl4j() {
    Twins twins =
        new Twins(
            settings()
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
            new INDArray[] {images(BATCH, 1).getFeatures(), Nd4j.rand(4L, new long[] {BATCH, 5})},
            new INDArray[] {classes(BATCH, 2), Nd4j.rand(5L, new long[] {BATCH, 1})});
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
}
