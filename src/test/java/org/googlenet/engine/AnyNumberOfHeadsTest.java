package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.AnyHeads;
import org.googlenet.model.Batch;
import org.googlenet.model.Head;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with one head and with five train, and tell of their heads, in every engine. */
class AnyNumberOfHeadsTest {

  private static final int SIDE = 16;
  private static final int CLASSES = 3;
  private static final int EXAMPLES = 6;

  @BeforeEach
  void oneThread() {
    NativeThreads.use(1);
  }

  @ParameterizedTest
  @CsvSource({"1, dl4j", "5, dl4j", "1, onednn", "5, onednn"})
  void everyHeadHasItsLossItsGradientAndItsUnits(int heads, EngineKind kind) {
    try (Engine engine = engine(heads, kind)) {
      double[] first = engine.step(batch(), 0, 0);
      HeadHealth health = new HeadHealth(engine);
      double[] norms = health.gradientNorms(EXAMPLES);
      ActiveUnits active = new ActiveUnits();
      health.addActiveUnits(active);
      double[] last = first;
      for (int step = 1; step < 40; step++) {
        last = engine.step(batch(), step, step);
      }

      assertThat(Head.names(engine.heads())).isEqualTo(AnyHeads.names(heads));
      assertThat(first).hasSize(heads);
      assertThat(norms).hasSize(heads);
      assertThat(active.deadShares()).hasSize(heads);
      for (int head = 0; head < heads; head++) {
        assertThat(norms[head]).isPositive();
        assertThat(active.deadShares()[head]).isBetween(0.0, 0.99);
        assertThat(last[head]).as("loss of head %d", head).isLessThan(0.7 * first[head]);
      }
      assertThat(engine.probabilities(batch())).hasDimensions(heads, EXAMPLES * CLASSES);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void theEnginesAgree(int heads) {
    try (Engine one = engine(heads, EngineKind.DL4J);
        Engine other = engine(heads, EngineKind.ONEDNN)) {
      other.load(EngineContract.parameters(one), EngineContract.momentum(one));
      double[] losses = one.step(batch(), 0, 0);
      double[] otherLosses = other.step(batch(), 0, 0);
      double[] norms = new HeadHealth(one).gradientNorms(EXAMPLES);
      double[] otherNorms = new HeadHealth(other).gradientNorms(EXAMPLES);
      for (int head = 0; head < heads; head++) {
        assertThat(otherLosses[head]).isCloseTo(losses[head], withinPercentage(0.01));
        assertThat(otherNorms[head]).isCloseTo(norms[head], withinPercentage(0.1));
      }
      assertThat(other.layout()).isEqualTo(one.layout());
    }
  }

  private static Engine engine(int heads, EngineKind kind) {
    String configuration = AnyHeads.network(heads, SIDE, CLASSES).toJson();
    if (kind.equals(EngineKind.DL4J)) {
      return new Dl4jEngine(configuration);
    }
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    return OneDnnEngine.of(configuration).batch(EXAMPLES).open();
  }

  private static Batch batch() {
    Random random = new Random(5);
    float[] pixels = new float[EXAMPLES * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % CLASSES).toArray();
    return new Batch(pixels, labels, Collections.nCopies(EXAMPLES, "image"));
  }
}
