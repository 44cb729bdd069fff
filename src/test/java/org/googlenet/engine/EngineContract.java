package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.common.SplitMix;
import org.googlenet.model.Batch;
import org.googlenet.model.FlatGradient;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LayerTraining;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What every engine keeps to, on the real network at its smallest side. */
public abstract class EngineContract {

  protected static final int LARGEST_BATCH = 4;
  static final int SIDE = GoogLeNet.SMALLEST_SIDE;
  static final int CLASSES = 3;
  static final LearningRateSchedule RATE = new LearningRateSchedule.Constant(0.001, 0);

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  /** An engine for up to {@link #LARGEST_BATCH} examples. */
  protected abstract Engine engine(String configuration);

  @Test
  void theSameStepGivesTheSameBitsInAnotherEngine() {
    try (Engine one = engine(configuration(RATE, 0, 0.5));
        Engine other = engine(configuration(RATE, 0, 0.5))) {
      one.step(batch(3), 5, 17);
      one.step(batch(2), 6, 18);
      other.load(parameters(one), momentum(one));
      assertThat(one.step(batch(2), 7, 19)).isEqualTo(other.step(batch(2), 7, 19));
      assertThat(parameters(one)).isEqualTo(parameters(other));
      assertThat(momentum(one)).isEqualTo(momentum(other));
    }
  }

  @Test
  void theDropoutSeedAloneDecidesWhatIsDropped() {
    try (Engine engine = engine(configuration(RATE, 0, 0.5))) {
      float[] parameters = parameters(engine);
      float[] momentum = momentum(engine);
      double[] first = engine.step(batch(2), 0, 1);
      engine.load(parameters, momentum);
      double[] otherSeed = engine.step(batch(2), 0, 2);
      engine.load(parameters, momentum);
      double[] again = engine.step(batch(2), 0, 1);
      assertThat(again).isEqualTo(first);
      assertThat(otherSeed).isNotEqualTo(first);
    }
  }

  @Test
  void aFrozenLayerStaysToTheLastBitAlsoBetweenLayersThatLearn() {
    ComputationGraphConfiguration network =
        ComputationGraphConfiguration.fromJson(configuration(RATE, 0.5, 0.5));
    Set<String> frozen = Set.of("conv2", "4a.3x3", "aux1");
    try (Engine engine = engine(LayerTraining.freezing(frozen).in(network).toJson())) {
      float[] start = parameters(engine);
      engine.step(batch(3), 0, 1);
      engine.step(batch(2), 1, 2);
      float[] end = parameters(engine);
      float[] momentum = momentum(engine);
      for (ParameterLayout.Entry entry : engine.layout().entries()) {
        int from = entry.range().from();
        int to = entry.range().to();
        boolean same = Arrays.mismatch(start, from, to, end, from, to) < 0;
        assertThat(same).as(entry.name()).isEqualTo(frozen.contains(entry.vertex()));
        assertThat(norm(Arrays.copyOfRange(momentum, from, to)) == 0)
            .as("no momentum of %s", entry.name())
            .isEqualTo(frozen.contains(entry.vertex()));
      }
    }
  }

  @Test
  void theScheduleSeesTheGlobalStep() {
    LearningRateSchedule fallsToNothing = new LearningRateSchedule.Polynomial(0.01, 1, 10, 0);
    try (Engine engine = engine(configuration(fallsToNothing, 0, 0.5))) {
      float[] before = parameters(engine);
      engine.step(batch(1), 10, 1);
      assertThat(parameters(engine)).isEqualTo(before);
      engine.step(batch(1), 9, 1);
      assertThat(parameters(engine)).isNotEqualTo(before);
    }
  }

  @Test
  void theGlobalNormOfTheMeanGradientIsClipped() {
    try (Engine free = engine(configuration(RATE, 0, 0.5));
        Engine clipped = engine(configuration(RATE, 0.25, 0.5))) {
      clipped.load(parameters(free), momentum(free));
      free.step(batch(2), 0, 1);
      clipped.step(batch(2), 0, 1);
      // From a momentum of zero and without decay the first momentum is the gradient.
      assertThat(norm(momentum(free))).isGreaterThan(0.5);
      assertThat(norm(momentum(clipped))).isCloseTo(0.25, within(1e-4));
    }
  }

  @Test
  void lossesAreThoseOfTheProbabilitiesOfEachHead() {
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      Batch batch = batch(4);
      float[][] probabilities = engine.probabilities(batch);
      double[] losses = engine.step(batch, 0, 1);
      for (int head = 0; head < GoogLeNet.HEADS.size(); head++) {
        double sum = 0;
        for (int i = 0; i < batch.examples(); i++) {
          sum -= Math.log(probabilities[head][i * CLASSES + batch.labels()[i]]);
        }
        assertThat(losses[head]).isCloseTo(sum / batch.examples(), within(1e-4));
      }
    }
  }

  @Test
  void theFirstHeadAloneIsTheFirstOfAll() {
    try (Engine engine = engine(configuration(RATE, 0, 0.5))) {
      float[][] all = engine.probabilities(batch(3));
      float[][] first = engine.probabilities(batch(3), 1);
      assertThat(first).isDeepEqualTo(new float[][] {all[0]});
    }
  }

  @Test
  void theClassifierMakesTheProbabilitiesOfTheFeatures() {
    try (Engine engine = engine(configuration(RATE, 0, 0.5))) {
      Batch batch = batch(3);
      float[][] results = engine.probabilitiesAndFeatures(batch);
      assertThat(results).hasNumberOfRows(2);
      assertThat(results[1]).hasSize(3 * 1024);
      float[] parameters = parameters(engine);
      int weights = engine.layout().find("main", "W").orElseThrow().range().from();
      int bias = engine.layout().find("main", "b").orElseThrow().range().from();
      for (int i = 0; i < 3; i++) {
        double[] odds = new double[CLASSES];
        for (int label = 0; label < CLASSES; label++) {
          double logit = parameters[bias + label];
          for (int value = 0; value < 1024; value++) {
            logit +=
                (double) results[1][i * 1024 + value] * parameters[weights + label * 1024 + value];
          }
          odds[label] = Math.exp(logit);
        }
        double sum = Arrays.stream(odds).sum();
        for (int label = 0; label < CLASSES; label++) {
          assertThat((double) results[0][i * CLASSES + label])
              .isCloseTo(odds[label] / sum, within(1e-5));
        }
      }
      assertThat(results[0]).isEqualTo(engine.probabilities(batch, 1)[0]);
    }
  }

  @Test
  void aPassAfterAStepSeesTheNewParameters() {
    try (Engine engine = engine(configuration(RATE, 0, 0.5));
        Engine other = engine(configuration(RATE, 0, 0.5))) {
      float[][] before = engine.probabilities(batch(2));
      engine.step(batch(2), 0, 1);
      float[][] after = engine.probabilities(batch(2));
      assertThat(after[0]).isNotEqualTo(before[0]);
      other.load(parameters(engine), momentum(engine));
      assertThat(other.probabilities(batch(2))).isDeepEqualTo(after);
    }
  }

  @Test
  void theGradientNormOfAHeadIsThatOfItsOwnParametersBeforeClipping() {
    ComputationGraph byDl4j = network();
    try (Engine engine = engine(configuration(RATE, 0.25, 0))) {
      engine.load(byDl4j.params().data().asFloat(), new float[engine.parameters()]);
      engine.step(batch(4), 0, 1);
      engine.step(batch(3), 0, 1);
      engine.load(byDl4j.params().data().asFloat(), new float[engine.parameters()]);
      engine.step(batch(3), 0, 1);
      engine.probabilities(batch(2));

      double[] norms = new HeadHealth(engine).gradientNorms(3);

      Map<String, INDArray> gradient = gradient(byDl4j, batch(3));
      assertThat(norms).hasSameSizeAs(GoogLeNet.HEADS);
      for (int head = 0; head < norms.length; head++) {
        String name = GoogLeNet.HEADS.get(head);
        double squares = 0;
        for (Map.Entry<String, INDArray> tensor : gradient.entrySet()) {
          if (tensor.getKey().startsWith(name + "_") || tensor.getKey().startsWith(name + ".")) {
            squares += Math.pow(norm(tensor.getValue().dup('c').data().asFloat()), 2);
          }
        }
        assertThat(norms[head]).isCloseTo(Math.sqrt(squares) / 3, withinPercentage(0.1));
      }
      assertThat(norms[0]).as("so that it is clipped").isGreaterThan(0.25);
    }
  }

  @Test
  void unitsThatNoExampleActivatesAreDeadAndNoOthers() {
    ComputationGraph byDl4j = network();
    kill(byDl4j, "5b.1x1", 100);
    kill(byDl4j, "5b.pool.project", 128);
    kill(byDl4j, "aux1.fc1", 512);
    kill(byDl4j, "aux2.fc1", 1024);
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      engine.load(byDl4j.params().data().asFloat(), new float[engine.parameters()]);
      ActiveUnits active = new ActiveUnits();
      engine.step(batch(4), 0, 1);

      new HeadHealth(engine).addActiveUnits(active);

      double[] expected = sharesWithoutActivation(byDl4j, batch(4));
      assertThat(active.deadShares()).isEqualTo(expected);
      assertThat(expected[0]).isBetween(228 / 1024.0, 0.9);
      assertThat(expected[1]).isBetween(512 / 1024.0, 0.9);
      assertThat(expected[2]).isEqualTo(1);
      assertThat(new HeadHealth(engine).gradientNorms(4)[2])
          .as("its classifier's biases learn")
          .isPositive();
    }
  }

  @Test
  void aUnitThatOneStepDropsIsSeenInAnother() {
    ComputationGraph byDl4j = network();
    double[] expected = sharesWithoutActivation(byDl4j, batch(1));
    ActiveUnits active = new ActiveUnits();
    double[] afterOne = null;
    try (Engine engine = engine(configuration(RATE, 0, 0.5))) {
      for (int step = 0; step < 16; step++) {
        engine.load(byDl4j.params().data().asFloat(), new float[engine.parameters()]);
        engine.step(batch(1), 0, step);
        new HeadHealth(engine).addActiveUnits(active);
        afterOne = step == 0 ? active.deadShares() : afterOne;
      }
    }
    for (int head = 0; head < expected.length; head++) {
      assertThat(afterOne[head]).isGreaterThan(expected[head] + 0.1);
      assertThat(active.deadShares()[head]).isCloseTo(expected[head], within(0.002));
    }
  }

  @Test
  void ofAHeadWhoseLossWeighsNothingNothingIsKnown() {
    try (Engine engine = engine(configuration(RATE, 0, 0, new LossWeights(1, 0, 0.3)))) {
      ActiveUnits active = new ActiveUnits();
      engine.step(batch(2), 0, 1);

      new HeadHealth(engine).addActiveUnits(active);

      assertThat(active.deadShares()[1]).isNaN();
      assertThat(new HeadHealth(engine).gradientNorms(2)[1]).isZero();
      assertThat(active.deadShares()[0]).isBetween(0.0, 0.9);
      assertThat(active.deadShares()[2]).isBetween(0.0, 0.9);
    }
  }

  @Test
  void aLabelThatTheNetworkDoesNotHaveIsRefused() {
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      for (int label : new int[] {-1, CLASSES}) {
        Batch wrong = new Batch(batch(1).pixels(), new int[] {label}, List.of("wrong"));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> engine.step(wrong, 0, 1))
            .withMessage("label " + label + ": the network has the classes 0 to 2");
      }
    }
  }

  @Test
  void numbersAndVectorsThatTheNetworkDoesNotHaveAreRefused() {
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      float[] right = parameters(engine);
      float[] longer = new float[right.length + 1];
      assertThatIllegalArgumentException().isThrownBy(() -> engine.load(longer, right));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.load(right, new float[0]));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.readParameters(longer));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.readMomentum(new float[1]));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.step(batch(1), -1, 1));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.probabilities(batch(1), 0));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.probabilities(batch(1), 4));

      engine.step(batch(1), 0, 1);
      assertThatIllegalArgumentException().isThrownBy(() -> engine.readGradient(-1, new float[1]));
      assertThatIllegalArgumentException().isThrownBy(() -> engine.readGradient(1, right));
    }
  }

  @Test
  void nothingCanBeDoneWithAClosedEngineAndClosingItAgainDoesNothing() {
    Engine engine = engine(configuration(RATE, 0, 0));
    float[] parameters = parameters(engine);
    engine.step(batch(1), 0, 1);

    engine.close();
    engine.close();

    assertThatIllegalStateException().isThrownBy(() -> engine.step(batch(1), 1, 1));
    assertThatIllegalStateException().isThrownBy(() -> engine.probabilities(batch(1)));
    assertThatIllegalStateException().isThrownBy(() -> engine.load(parameters, parameters));
    assertThatIllegalStateException().isThrownBy(() -> engine.readParameters(parameters));
    assertThatIllegalStateException().isThrownBy(() -> engine.readMomentum(parameters));
    assertThatIllegalStateException().isThrownBy(() -> engine.readGradient(0, new float[1]));
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      int side = SIDE + 1;
      Batch larger = new Batch(new float[3 * side * side], new int[1], List.of("larger"));
      assertThatThrownBy(() -> engine.step(larger, 0, 1)).hasMessageContaining("3, 65, 65");
      assertThatThrownBy(() -> engine.probabilities(larger)).hasMessageContaining("3, 65, 65");
    }
  }

  @Test
  void beforeTheFirstStepThereIsNoGradientToTellOf() {
    try (Engine engine = engine(configuration(RATE, 0, 0))) {
      HeadHealth health = new HeadHealth(engine);
      assertThatIllegalStateException().isThrownBy(() -> health.gradientNorms(1));
      assertThatIllegalStateException().isThrownBy(() -> health.addActiveUnits(new ActiveUnits()));
      assertThatIllegalStateException().isThrownBy(() -> engine.readGradient(0, new float[1]));
    }
  }

  /** Of {@link #configuration} without dropout. */
  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration(RATE, 0, 0)));
    network.init();
    return network;
  }

  /** Makes the first units of a layer so that no example activates them. */
  private static void kill(ComputationGraph network, String layer, int units) {
    INDArray biases = network.getParam(layer + "_b");
    for (int unit = 0; unit < units; unit++) {
      biases.putScalar(unit, -1000);
    }
  }

  /** DL4J's own gradient, summed over the batch. */
  private static Map<String, INDArray> gradient(ComputationGraph network, Batch batch) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.examples(), CLASSES);
    for (int i = 0; i < batch.examples(); i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    network.setInputs(images(batch));
    network.setLabels(labels, labels, labels);
    network.computeGradientAndScore();
    return FlatGradient.views(network);
  }

  /** For each head the share of ReLU units that are 0 for every image, by DL4J's forward pass. */
  private static double[] sharesWithoutActivation(ComputationGraph network, Batch batch) {
    Map<String, INDArray> activations = network.feedForward(images(batch), false);
    return Stream.of("5b", "aux1.fc1", "aux2.fc1")
        .map(activations::get)
        .mapToDouble(
            units -> {
              INDArray rows =
                  units.rank() == 4 ? units.permute(1, 0, 2, 3).dup('c') : units.transpose();
              INDArray largest = rows.reshape('c', 1024, -1).max(1);
              return 1 - largest.gt(0).castTo(DataType.DOUBLE).meanNumber().doubleValue();
            })
        .toArray();
  }

  private static INDArray images(Batch batch) {
    return Nd4j.create(batch.pixels(), new long[] {batch.examples(), 3, SIDE, SIDE}, 'c');
  }

  static String configuration(LearningRateSchedule rate, double clipNorm, double dropout) {
    return configuration(rate, clipNorm, dropout, new LossWeights(1, 0.3, 0.3));
  }

  private static String configuration(
      LearningRateSchedule rate, double clipNorm, double dropout, LossWeights loss) {
    return new GoogLeNet(CLASSES, SIDE, Initialisation.HE, 0, dropout, dropout, loss)
        .configuration(new MomentumSgd(0.9, rate, clipNorm), 0, 1)
        .toJson();
  }

  static Batch batch(int examples) {
    float[] pixels = new float[examples * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (2 * SplitMix.unit(SplitMix.hash(i)) - 1);
    }
    int[] labels = IntStream.range(0, examples).map(i -> i % CLASSES).toArray();
    List<String> keys = Arrays.stream(labels).mapToObj(Integer::toString).toList();
    return new Batch(pixels, labels, keys);
  }

  static float[] parameters(Engine engine) {
    float[] values = new float[engine.parameters()];
    engine.readParameters(values);
    return values;
  }

  static float[] momentum(Engine engine) {
    float[] values = new float[engine.parameters()];
    engine.readMomentum(values);
    return values;
  }

  static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
