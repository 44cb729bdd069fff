package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.googlenet.data.Batch;
import org.googlenet.data.SplitMix;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Local steps and forward passes of DL4J's engine on the real network at its smallest side. */
class Dl4jEngineTest {

  private static final int SIDE = GoogLeNet.SMALLEST_SIDE;
  private static final int CLASSES = 3;
  private static final LearningRateSchedule RATE = new LearningRateSchedule.Constant(0.001, 0);

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  @Test
  void theSameStepGivesTheSameBitsInAnotherEngine() {
    try (Dl4jEngine one = engine(RATE, 0);
        Dl4jEngine other = engine(RATE, 0)) {
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
    try (Dl4jEngine engine = engine(RATE, 0)) {
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
  void theScheduleSeesTheGlobalStep() {
    LearningRateSchedule fallsToNothing = new LearningRateSchedule.Polynomial(0.01, 1, 10, 0);
    try (Dl4jEngine engine = engine(fallsToNothing, 0)) {
      float[] before = parameters(engine);
      engine.step(batch(1), 10, 1);
      assertThat(parameters(engine)).isEqualTo(before);
      engine.step(batch(1), 9, 1);
      assertThat(parameters(engine)).isNotEqualTo(before);
    }
  }

  @Test
  void theGlobalNormOfTheMeanGradientIsClipped() {
    try (Dl4jEngine free = engine(RATE, 0);
        Dl4jEngine clipped = engine(RATE, 0.25)) {
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
    try (Dl4jEngine engine = new Dl4jEngine(configuration(RATE, 0, 0))) {
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
  void aPoolLendsAnEngineToOneTaskAtATimeAndClosesTheOnesThatFailed() {
    EngineSpec spec = new EngineSpec(configuration(RATE, 0, 0), 1);
    Engine first;
    try (Engines.Loan loan = Engines.borrow(spec)) {
      first = loan.engine();
      try (Engines.Loan second = Engines.borrow(spec)) {
        assertThat(second.engine()).isNotSameAs(first);
      }
      loan.done();
    }
    try (Engines.Loan again = Engines.borrow(spec)) {
      assertThat(again.engine()).isSameAs(first);
    }
    try (Engines.Loan afterFailure = Engines.borrow(spec)) {
      assertThat(afterFailure.engine()).isNotSameAs(first);
    }
    Engines.closeIdle();
  }

  @Test
  void threadsAreSetInTheThreadThatComputes() {
    NativeThreads.use(2);
    int elsewhere =
        CompletableFuture.supplyAsync(
                () -> {
                  NativeThreads.use(1);
                  return NativeThreads.inUse();
                })
            .join();
    assertThat(elsewhere).isEqualTo(1);
    assertThat(NativeThreads.inUse()).isEqualTo(2);
  }

  private static Dl4jEngine engine(LearningRateSchedule rate, double clipNorm) {
    return new Dl4jEngine(configuration(rate, clipNorm, 0.5));
  }

  private static String configuration(LearningRateSchedule rate, double clipNorm, double dropout) {
    LossWeights loss = new LossWeights(1, 0.3, 0.3);
    return new GoogLeNet(CLASSES, SIDE, Initialisation.HE, 0, dropout, dropout, loss)
        .configuration(new MomentumSgd(0.9, rate, clipNorm), 0, 1)
        .toJson();
  }

  private static Batch batch(int examples) {
    float[] pixels = new float[examples * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (2 * SplitMix.unit(SplitMix.hash(i)) - 1);
    }
    int[] labels = IntStream.range(0, examples).map(i -> i % CLASSES).toArray();
    List<String> keys = Arrays.stream(labels).mapToObj(Integer::toString).toList();
    return new Batch(pixels, labels, keys);
  }

  private static float[] parameters(Engine engine) {
    float[] values = new float[engine.parameters()];
    engine.readParameters(values);
    return values;
  }

  private static float[] momentum(Engine engine) {
    float[] values = new float[engine.parameters()];
    engine.readMomentum(values);
    return values;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
