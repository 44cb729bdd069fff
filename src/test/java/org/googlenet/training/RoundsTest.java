package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds on the real network: what they are equal to, and what each way to run them keeps. */
@Timeout(900)
class RoundsTest {

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void prepare() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  /** Sixteen images a round: four workers of four in one step, one of 16, two of four in two. */
  @Tag("slow")
  @Test
  void oneLocalStepIsSynchronousSgdWithTheWholeBatch() throws IOException {
    assertThat(toSynchronous("four", 1, "averaging={workers: 4, localSteps: 1}"))
        .as("within the rounding of fp32")
        .isLessThan(1e-4);
    // From round to round a ReLU here and there falls to the other side.
    assertThat(toSynchronous("four", 3, "averaging={workers: 4, localSteps: 1}")).isLessThan(5e-3);
    assertThat(toSynchronous("local", 3, "averaging={workers: 2, localSteps: 2}"))
        .as("something else")
        .isGreaterThan(5e-2);
  }

  /** The distance to one worker with the whole batch, as a share of what that one learns. */
  private static double toSynchronous(String run, int rounds, String averaging) throws IOException {
    String[] exact = {"optimizer.clipNorm=0", "model.dropout=[0, 0]", "training.rounds=" + rounds};
    String one = "averaging={workers: 1, localSteps: 1}";
    train("start" + run + rounds, exact, one, "learningRate={schedule: constant, base: 1.0e-30}");
    train("one" + run + rounds, exact, one, "training.batch=16");
    train(run + rounds, exact, averaging);
    float[] synchronous = runs.values("one" + run + rounds);
    return distance(runs.values(run + rounds), synchronous)
        / distance(synchronous, runs.values("start" + run + rounds));
  }

  @Tag("slow")
  @Test
  void compressionChangesTheResultByLittleAndInTheSameWayEachTime() throws IOException {
    String[] rounds = {"training.rounds=3"};
    train("unmoved", rounds, "learningRate={schedule: constant, base: 1.0e-30}");
    train("exact", rounds);
    train("bf16", rounds, "averaging.compression=bf16");
    train("fp16", rounds, "averaging.compression=fp16");
    train("again", rounds, "averaging.compression=fp16");

    float[] exact = runs.values("exact");
    double update = distance(exact, runs.values("unmoved"));
    double bf16 = distance(runs.values("bf16"), exact) / update;
    double fp16 = distance(runs.values("fp16"), exact) / update;
    assertThat(bf16).isBetween(1e-6, 0.1);
    assertThat(fp16).isBetween(1e-6, bf16);
    assertThat(runs.parameters("fp16")).isEqualTo(runs.parameters("again"));
  }

  @Tag("slow")
  @Test
  void aStoppedTrainingEndsWithTheBitsOfAnUnbrokenOne() throws Exception {
    assertTheSameBitsAfterAStop(
        "averaging={workers: 3, localSteps: 2, outer: nesterov, compression: fp16}");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "averaging={workers: 2, localSteps: 2, outer: slowmo, compression: bf16}",
        "averaging={workers: 2, outer: bmuf, localSteps: {schedule: warmup, value: 3, warmUp: 4}}"
      })
  void soItDoesWithEachKindOfRound(String averaging) throws Exception {
    assertTheSameBitsAfterAStop(averaging);
  }

  private static void assertTheSameBitsAfterAStop(String averaging) throws Exception {
    String id = Integer.toHexString(averaging.hashCode());
    runs.train(TinyRuns.PLAIN, averaging, "run=whole" + id);
    Trained stopped = runs.trainUntil(4, UnaryOperator.identity(), averaging, "run=broken" + id);
    assertThat(stopped.end()).isEqualTo(End.INTERRUPTED);

    Trained rest = runs.train(TinyRuns.PLAIN, averaging, "run=broken" + id);

    assertThat(rest.last(Resumed.class).round()).isGreaterThanOrEqualTo(4);
    assertThat(runs.parameters("broken" + id)).isEqualTo(runs.parameters("whole" + id));
    assertThat(runs.newest("broken" + id).counters()).containsEntry("examples", 108L);
  }

  @Test
  void eachRoundTellsTheHealthOfEachHead() {
    Trained trained = runs.train(TinyRuns.PLAIN, "run=healthy", "training.rounds=2");
    for (RoundFinished round : trained.events(RoundFinished.class)) {
      assertThat(all(round.gradientNorm())).allSatisfy(norm -> assertThat(norm).isPositive());
      assertThat(all(round.deadUnits()))
          .allSatisfy(share -> assertThat(share).isBetween(0.0, 0.99));
    }
  }

  private static Collection<Double> all(HeadValues values) {
    assertThat(values.byHead()).containsOnlyKeys("main", "aux1", "aux2");
    return values.byHead().values();
  }

  private static void train(String run, String[] common, String... own) {
    String[] all = new String[common.length + own.length + 1];
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(own, 0, all, common.length, own.length);
    all[all.length - 1] = "run=" + run;
    runs.train(TinyRuns.PLAIN, all);
  }

  private static double distance(float[] one, float[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += Math.pow(one[i] - (double) other[i], 2);
    }
    return Math.sqrt(squares);
  }
}
