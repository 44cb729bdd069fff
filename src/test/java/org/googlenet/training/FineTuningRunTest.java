package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.TrainingState;
import org.googlenet.model.ModelZip;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Range;
import org.googlenet.model.Parts;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.Checkpoint;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings of two workers in which some layers stay as they are, for some epochs or all. */
@Timeout(900)
@Tag("slow")
class FineTuningRunTest {

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void data() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  private static TrainingState read(TrainingSetup setup, Checkpoint checkpoint) throws IOException {
    ModelZip model = ModelZip.read(checkpoint.bytes("model.zip"), checkpoint.location());
    assertThat(ParameterLayout.of(model.configuration()))
        .as("the network of checkpoints")
        .isEqualTo(setup.layout());
    return CheckpointCodec.read(
        checkpoint, CheckpointCodec.readStateFile(checkpoint), setup.layout().length());
  }

  /** Frozen layers are as the run began; statistics of batch normalisations are, too. */
  private static void assertOnlyOthersMoved(
      TrainingSetup setup, Checkpoint checkpoint, Collection<String> names) throws IOException {
    TrainingState state = read(setup, checkpoint);
    float[] start = setup.beginning().parameters();
    Set<String> frozen = Parts.layers(names);
    for (Entry entry : setup.layout().entries()) {
      float[] values = part(state.parameters(), entry.range());
      float[] first = part(start, entry.range());
      float[] momentum = part(state.momentum(), entry.range());
      if (frozen.contains(entry.vertex().replace(".bn", ""))) {
        assertThat(values).as(entry.name()).isEqualTo(first);
        assertThat(momentum).as("momentum of %s", entry.name()).containsOnly(0);
      } else {
        assertThat(values).as(entry.name()).isNotEqualTo(first);
      }
    }
  }

  private static float[] part(float[] values, Range range) {
    return Arrays.copyOfRange(values, range.from(), range.to());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "averaged | averaging.workers=2",
        "cut | averaging.quorum=0.6",
        "packed | averaging.compression=bf16",
        "scaled | averaging.compression=fp16",
        "slow | averaging.outer=slowmo",
        "outer | averaging.outer=nesterov",
        "block | averaging.outer=bmuf",
        "reference | training.engine=dl4j",
        "normalised | model.variant=batchnorm"
      })
  void frozenLayersKeepTheirBitsAndHaveNoMomentum(String run, String setting) throws IOException {
    List<String> frozen = List.of("stem", "3b..4b", "aux1");
    Trained trained =
        runs.train(
            TinyRuns.PLAIN,
            "run=" + run,
            "freeze=[stem, 3b..4b, aux1]",
            "training.epochs=1",
            "learningRate={schedule: constant}",
            setting);

    assertThat(trained.end()).isEqualTo(End.FINISHED);
    assertThat(trained.events(Warned.class))
        .filteredOn(warned -> !warned.message().contains("quorum"))
        .isEmpty();
    assertOnlyOthersMoved(runs.setup(setting), Checkpoint.newest(runs.store(run)), frozen);
  }

  private static final String[] GRADUAL = {
    "freeze=[stem..5b, aux1]",
    "unfreeze={2: [5b, aux1], 3: [4e..5a]}",
    "checkpoint={every: 1, keepLast: 20}",
    "learningRate.layers={5b: 0.5}",
    "averaging.outer=slowmo"
  };

  private static String[] gradual(String run) {
    String[] settings = Arrays.copyOf(GRADUAL, GRADUAL.length + 1);
    settings[GRADUAL.length] = "run=" + run;
    return settings;
  }

  @Test
  void layersAreUnfrozenAtTheFirstRoundOfTheirEpochAndAStopInBetweenChangesNoBit()
      throws Exception {
    runs.train(TinyRuns.PLAIN, gradual("gradual"));
    List<String> rest = List.of("stem..4d");
    assertOnlyOthersMoved(
        runs.setup(), runs.checkpoint("gradual", "000003-0001"), List.of("stem..5b", "aux1"));
    assertOnlyOthersMoved(
        runs.setup(), runs.checkpoint("gradual", "000004-0001"), List.of("stem..5a"));
    assertOnlyOthersMoved(
        runs.setup(), runs.checkpoint("gradual", "000006-0001"), List.of("stem..5a"));
    assertOnlyOthersMoved(runs.setup(), runs.checkpoint("gradual", "000007-0001"), rest);
    assertOnlyOthersMoved(runs.setup(), runs.checkpoint("gradual", "000009-0001"), rest);

    for (int round : new int[] {2, 4}) {
      String run = "stopped" + round;
      Trained stopped = runs.trainUntil(round, UnaryOperator.identity(), gradual(run));
      assertThat(stopped.last(Interrupted.class).round()).isLessThan(9);
      Trained went = runs.train(TinyRuns.PLAIN, gradual(run));
      assertThat(went.events(Resumed.class)).hasSize(1);
      assertThat(runs.parameters(run)).isEqualTo(runs.parameters("gradual"));
    }
  }

  @Test
  void aRunGoesOnWithTheSameFrozenLayersOnly() {
    runs.train(TinyRuns.PLAIN, "run=same", "freeze=[stem]", "training.epochs=1");
    assertThat(
            runs.problem(TinyRuns.PLAIN, UnaryOperator.identity(), "run=same", "training.epochs=1"))
        .hasMessageContaining("freeze: the run has [stem], the recipe has []");
  }
}
