package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small network for DL4J to fit, its like for a trainer, and data for both. */
final class Twins {

  static final int CLASSES = 3;
  static final int BATCH = 4;
  static final int STEPS = 5;

  /** Of the difference to DL4J's update, as a part of it. */
  private static final double CLOSE = 1e-3;

  final ComputationGraph fitted;
  final ComputationGraph trained;
  final INDArray start;

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
    assertAlike(trained.params(), fitted.params(), start);
  }

  static void assertAlike(INDArray trained, INDArray fitted, INDArray start) {
    double update = fitted.distance2(start);
    assertThat(update).isPositive();
    assertThat(trained.distance2(fitted) / update).isLessThan(CLOSE);
  }

  static void assertSame(INDArray[] actual, INDArray[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i].shape()).isEqualTo(expected[i].shape());
      assertThat(actual[i].distance2(expected[i])).isLessThan(1e-3);
    }
  }

  static ComputationGraphConfiguration classifier(InputType type) {
    return graph(type).addLayer("out", output(), "conv").setOutputs("out").build();
  }

  static GraphBuilder graph(InputType type) {
    return settings()
        .addInputs("input")
        .setInputTypes(type)
        .addLayer("conv", convolution(6).stride(2, 2).build(), "input");
  }

  static GraphBuilder settings() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Nesterovs(0.02, 0.9))
        .activation(Activation.RELU)
        .l2(1e-3)
        .graphBuilder();
  }

  static ConvolutionLayer.Builder convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(channels)
        .padding(1, 1)
        .activation(Activation.RELU);
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static DataSet images(int examples, int seed) {
    return new DataSet(
        Nd4j.rand((long) seed, new long[] {examples, 3, 8, 8}).subi(0.5), classes(examples, seed));
  }

  static INDArray classes(int examples, int seed) {
    Random random = new Random(seed);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }
}
