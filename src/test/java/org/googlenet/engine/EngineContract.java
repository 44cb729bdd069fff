package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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

/** What every engine keeps to, on the real network at its smallest side. */
abstract class EngineContract {

  static final int SIDE = GoogLeNet.SMALLEST_SIDE;
  static final int CLASSES = 3;
  static final int LARGEST_BATCH = 4;
  static final LearningRateSchedule RATE = new LearningRateSchedule.Constant(0.001, 0);

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  /** An engine for up to {@link #LARGEST_BATCH} examples. */
  abstract Engine engine(String configuration);

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

  static String configuration(LearningRateSchedule rate, double clipNorm, double dropout) {
    LossWeights loss = new LossWeights(1, 0.3, 0.3);
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
