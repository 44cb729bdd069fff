package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.Batch;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.Normalised;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Range;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an engine does with the running mean and variance of a batch normalisation. */
class NotTrainedTest {

  private static final int EXAMPLES = 6;
  private static final double NO_CLIPPING = 0;
  private static final double NO_DECAY = 0;

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  @Test
  void whatIsLoadedIsReadAgainAndTheMomentumOfWhatIsNotTrainedIsZero() {
    try (Engine engine = engine(NO_CLIPPING, NO_DECAY)) {
      float[] parameters = random(engine.parameters(), 1);
      float[] momentum = random(engine.parameters(), 2);

      engine.load(parameters, momentum);

      assertThat(EngineContract.parameters(engine)).isEqualTo(parameters);
      float[] read = EngineContract.momentum(engine);
      for (Range range : engine.layout().trained()) {
        assertThat(part(read, range)).isEqualTo(part(momentum, range));
      }
      assertThat(notTrained(engine, read)).hasSize(8).containsOnly(0);
    }
  }

  @Test
  void aStepIsDl4jsOwn() {
    ComputationGraph byDl4j = new ComputationGraph(Normalised.network(sgd(NO_CLIPPING), NO_DECAY));
    byDl4j.init();
    try (Engine engine = engine(NO_CLIPPING, NO_DECAY)) {
      float[] before = EngineContract.parameters(engine);
      for (int step = 0; step < 3; step++) {
        byDl4j.fit(new INDArray[] {images()}, new INDArray[] {labels()});
        engine.step(batch(), step, 1);
      }

      assertThat(EngineContract.parameters(engine)).isEqualTo(byDl4j.params().data().asFloat());
      assertThat(notTrained(engine, EngineContract.parameters(engine)))
          .as("they follow the data")
          .isNotEqualTo(notTrained(engine, before));
      assertThat(notTrained(engine, EngineContract.momentum(engine))).containsOnly(0);
    }
  }

  @Test
  void neitherClippingNorDecayNorMomentumTouchesWhatIsNotTrained() {
    try (Engine plain = engine(NO_CLIPPING, NO_DECAY);
        Engine clipped = engine(1e-3, NO_DECAY);
        Engine decaying = engine(NO_CLIPPING, 0.5)) {
      float[] start = EngineContract.parameters(plain);
      float[] moving = random(start.length, 3);
      decaying.load(start, moving);
      for (Engine engine : new Engine[] {plain, clipped, decaying}) {
        engine.step(batch(), 0, 1);
      }

      float[] expected = EngineContract.parameters(plain);
      for (Engine engine : new Engine[] {clipped, decaying}) {
        float[] other = EngineContract.parameters(engine);
        assertThat(other).as("what is trained goes elsewhere").isNotEqualTo(expected);
        assertThat(notTrained(engine, other)).isEqualTo(notTrained(plain, expected));
      }
    }
  }

  @Test
  void theClippedGradientHasTheNormWithoutWhatIsNotTrained() {
    try (Engine engine = engine(0.25, NO_DECAY)) {
      engine.step(batch(), 0, 1);

      // From a momentum of zero and without decay the first momentum is the gradient.
      assertThat(EngineContract.norm(EngineContract.momentum(engine))).isBetween(0.2499, 0.2501);
    }
  }

  private static Engine engine(double clipNorm, double decay) {
    return new Dl4jEngine(Normalised.network(sgd(clipNorm), decay).toJson());
  }

  private static MomentumSgd sgd(double clipNorm) {
    return new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.1, 0), clipNorm);
  }

  private static float[] notTrained(Engine engine, float[] vector) {
    float[] values = new float[0];
    for (ParameterLayout.Entry entry : engine.layout().entries()) {
      if (!entry.trained()) {
        float[] part = part(vector, entry.range());
        values = Arrays.copyOf(values, values.length + part.length);
        System.arraycopy(part, 0, values, values.length - part.length, part.length);
      }
    }
    return values;
  }

  private static float[] part(float[] vector, Range range) {
    return Arrays.copyOfRange(vector, range.from(), range.to());
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static Batch batch() {
    int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % Normalised.CLASSES).toArray();
    float[] pixels = random(EXAMPLES * 3 * Normalised.SIDE * Normalised.SIDE, 4);
    return new Batch(pixels, labels, Collections.nCopies(EXAMPLES, "image"));
  }

  private static INDArray images() {
    long[] shape = {EXAMPLES, 3, Normalised.SIDE, Normalised.SIDE};
    return Nd4j.create(batch().pixels(), shape, 'c');
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, Normalised.CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, batch().labels()[i], 1);
    }
    return labels;
  }
}
