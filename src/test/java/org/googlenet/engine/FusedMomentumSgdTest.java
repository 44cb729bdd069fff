package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.model.Frozen;
import org.googlenet.model.FrozenNormalisation;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LayerTraining;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/** The fast update against DL4J's own on the same gradients, bit by bit. */
class FusedMomentumSgdTest {

  private static final int INPUTS = 40;
  private static final int CLASSES = 5;
  private static final LearningRateSchedule RATE =
      new LearningRateSchedule.Polynomial(0.05, 0.5, 20, 3);
  private static final MomentumSgd SGD = new MomentumSgd(0.9, RATE, 0);

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void onRandomSmallGraphsParametersAndMomentumHaveDl4jsBits(int seed) {
    Random random = new Random(seed);
    MomentumSgd sgd =
        new MomentumSgd(random.nextDouble(), RATE, random.nextBoolean() ? 0 : random.nextDouble());
    ComputationGraphConfiguration configuration =
        dense(
            builder ->
                builder
                    .updater(sgd)
                    .l2(random.nextBoolean() ? 0 : random.nextDouble())
                    .l2Bias(random.nextBoolean() ? 0 : random.nextDouble()),
            1 + random.nextInt(60));
    try (Pair pair = new Pair(configuration, 1 + random.nextInt(3))) {
      for (int step = 0; step < 6; step++) {
        int examples = 1 + random.nextInt(9);
        pair.step(step, random(random, examples, INPUTS), oneHot(examples, CLASSES));
        pair.assertSame();
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 2e-4", "1000, 2e-4"})
  void onGoogLeNetParametersAndMomentumHaveDl4jsBits(double clipNorm, double decay) {
    ComputationGraphConfiguration configuration =
        new GoogLeNet(3, 65, Initialisation.HE, 0.2, 0.4, 0.7, LossWeights.PAPER)
            .configuration(new MomentumSgd(0.9, RATE, clipNorm), decay, 1);
    Random random = new Random(1);
    try (Pair pair = new Pair(configuration, 2)) {
      for (int step = 0; step < 3; step++) {
        int examples = step == 1 ? 7 : 3;
        INDArray labels = oneHot(examples, 3);
        pair.step(step, random(random, examples, 3, 65, 65), labels, labels, labels);
        pair.assertSame();
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    List<float[]> results = new ArrayList<>();
    for (int threads = 1; threads <= 4; threads++) {
      ComputationGraph network = network(dense(builder -> builder.l2(0.1), 300));
      try (FusedMomentumSgd fused = FusedMomentumSgd.of(network, threads).orElseThrow()) {
        fill(network.getFlattenedGradients(), new Random(2));
        fused.apply(3, 5);
      }
      results.add(network.params().data().asFloat());
    }
    assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(results.get(0)));
  }

  @Test
  void theGradientIsLeftAsItWas() {
    ComputationGraph network = network(dense(UnaryOperator.identity(), 10));
    try (FusedMomentumSgd fused = FusedMomentumSgd.of(network, 1).orElseThrow()) {
      fill(network.getFlattenedGradients(), new Random(2));
      INDArray before = network.getFlattenedGradients().dup();
      fused.apply(2, 5);
      assertThat(network.getFlattenedGradients()).isEqualTo(before);
    }
  }

  @Test
  void layersWithRatesOfTheirOwnHaveDl4jsBits() {
    ComputationGraphConfiguration configuration =
        dense(builder -> builder.l2(0.1).biasUpdater(new MomentumSgd(0.8, RATE, 0)), 30);
    ComputationGraphConfiguration rates =
        new LayerTraining(Set.of(), Map.of("output", 10.0, "second", 0.1)).in(configuration);
    Random random = new Random(4);
    try (Pair pair = new Pair(rates, 2)) {
      for (int step = 0; step < 4; step++) {
        int examples = 1 + random.nextInt(9);
        pair.step(step, random(random, examples, INPUTS), oneHot(examples, CLASSES));
        pair.assertSame();
      }
    }
  }

  static Stream<UnaryOperator<NeuralNetConfiguration.Builder>> otherOptimisers() {
    return Stream.of(
        builder -> builder.updater(new Adam(0.1)),
        builder -> builder.updater(new Nesterovs(0.1, 0.9)),
        builder -> builder.updater(new Sgd(0.1)),
        builder -> builder.l1(0.1),
        builder -> builder.l1(0.1).l2(0.1),
        builder -> builder.weightDecay(0.1),
        builder -> builder.weightDecayBias(0.1),
        builder -> builder.gradientNormalization(GradientNormalization.ClipL2PerLayer),
        builder -> builder.constrainWeights(new MaxNormConstraint(1, 1)),
        builder -> builder.miniBatch(false),
        builder -> builder.optimizationAlgo(OptimizationAlgorithm.LBFGS));
  }

  @ParameterizedTest
  @MethodSource("otherOptimisers")
  void anyOtherOptimiserIsLeftToDl4j(UnaryOperator<NeuralNetConfiguration.Builder> other) {
    assertThat(FusedMomentumSgd.of(network(dense(other, 4)), 1)).isEmpty();
  }

  static Stream<Layer> layersWithParametersThatAreNotTrained() {
    return Stream.of(
        new FrozenLayer(new DenseLayer.Builder().nIn(INPUTS).nOut(4).build()),
        new DenseLayer.Builder().nOut(4).updater(new Frozen()).build(),
        frozenNormalisation(),
        new BatchNormalization(),
        new BatchNormalization.Builder().useLogStd(false).build(),
        new BatchNormalization.Builder().lockGammaBeta(true).build());
  }

  private static Layer frozenNormalisation() {
    BatchNormalization layer = new BatchNormalization.Builder().useLogStd(false).build();
    layer.setNIn(INPUTS);
    layer.setNOut(INPUTS);
    return FrozenNormalisation.of(layer);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("layersWithParametersThatAreNotTrained")
  void whatIsNotTrainedHasDl4jsBitsToo(Layer layer) {
    for (double clipNorm : new double[] {0, 0.1}) {
      Random random = new Random(1);
      try (Pair pair = new Pair(behind(layer.clone(), new MomentumSgd(0.9, RATE, clipNorm)), 2)) {
        for (int step = 0; step < 4; step++) {
          int examples = 2 + step;
          pair.step(step, random(random, examples, INPUTS), oneHot(examples, CLASSES));
          pair.assertSame();
        }
      }
    }
  }

  @Test
  void aLayerThatIsNotTrainedByItsUpdaterIsLeftToDl4j() {
    DenseLayer still = new DenseLayer.Builder().nOut(4).updater(new NoOp()).build();
    assertThat(FusedMomentumSgd.of(network(behind(still, SGD)), 1)).isEmpty();
  }

  @Test
  void parametersThatAreNotFloatsAreLeftToDl4j() {
    assertThat(FusedMomentumSgd.of(network(dense(b -> b.dataType(DataType.DOUBLE), 4)), 1))
        .isEmpty();
  }

  /** A network that DL4J trains, and its twin that gets the same gradients and the fast update. */
  private static final class Pair implements AutoCloseable {

    private final ComputationGraph reference;
    private final ComputationGraph twin;
    private final FusedMomentumSgd fused;

    Pair(ComputationGraphConfiguration configuration, int threads) {
      reference = network(configuration.clone());
      twin = network(configuration.clone());
      twin.params().assign(reference.params());
      fused = FusedMomentumSgd.of(twin, threads).orElseThrow();
      reference.addListeners(
          new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
              twin.getFlattenedGradients().assign(model.getGradientsViewArray());
            }
          });
      GlobalNormClipping.of(reference).ifPresent(reference::addListeners);
    }

    void step(int globalStep, INDArray inputs, INDArray... labels) {
      reference.getConfiguration().setIterationCount(globalStep);
      reference.fit(new INDArray[] {inputs}, labels);
      fused.apply((int) inputs.size(0), globalStep);
    }

    void assertSame() {
      assertSame(twin.params(), reference.params());
      assertSame(
          twin.getUpdater(true).getStateViewArray(),
          reference.getUpdater(true).getStateViewArray());
    }

    private static void assertSame(INDArray actual, INDArray expected) {
      assertThat(Arrays.mismatch(actual.data().asFloat(), expected.data().asFloat()))
          .as("first place that differs")
          .isEqualTo(-1);
    }

    @Override
    public void close() {
      fused.close();
      reference.close();
      twin.close();
    }
  }

  /** Two hidden layers, of which the first has more values than a block, and a softmax. */
  private static ComputationGraphConfiguration dense(
      UnaryOperator<NeuralNetConfiguration.Builder> optimiser, int units) {
    return optimiser
        .apply(new NeuralNetConfiguration.Builder().seed(5).updater(SGD))
        .graphBuilder()
        .addInputs("input")
        .addLayer("first", new DenseLayer.Builder().nOut(units).build(), "input")
        .addLayer("second", new DenseLayer.Builder().nOut(7).build(), "first")
        .addLayer("output", softmax(), "second")
        .setOutputs("output")
        .setInputTypes(InputType.feedForward(INPUTS))
        .build();
  }

  private static ComputationGraphConfiguration behind(Layer layer, MomentumSgd sgd) {
    return new NeuralNetConfiguration.Builder()
        .updater(sgd)
        .l2(0.1)
        .graphBuilder()
        .addInputs("input")
        .addLayer("layer", layer, "input")
        .addLayer("output", softmax(), "layer")
        .setOutputs("output")
        .setInputTypes(InputType.feedForward(INPUTS))
        .build();
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(new WeightedLoss(1))
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static INDArray random(Random random, long... shape) {
    INDArray values = Nd4j.create(DataType.FLOAT, shape);
    fill(values, random);
    return values;
  }

  private static void fill(INDArray vector, Random random) {
    FloatBuffer values = vector.data().asNioFloat();
    while (values.hasRemaining()) {
      values.put((float) random.nextGaussian());
    }
  }

  private static INDArray oneHot(int examples, int classes) {
    INDArray labels = Nd4j.create(DataType.FLOAT, examples, classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return labels;
  }
}
