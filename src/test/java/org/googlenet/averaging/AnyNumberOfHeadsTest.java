package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.googlenet.LocalSpark;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.BatchesAhead;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Evaluator;
import org.googlenet.model.AnyHeads;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds and evaluations of networks with one head and with five, on Spark. */
class AnyNumberOfHeadsTest {

  private static final int SIDE = 28;
  private static final int CLASSES = 10;
  private static final int BATCH = 4;
  private static final int WORKERS = 2;

  @TempDir private static Path folder;

  private static Dataset dataset;

  @BeforeAll
  static void write() {
    dataset = SampleRecords.write(folder, "train", SampleRecords.train(16));
  }

  @AfterAll
  static void closeWhatIsKept() {
    BatchesAhead.closeBegun();
    Engines.closeIdle();
  }

  @ParameterizedTest
  @CsvSource({"1, dl4j", "5, dl4j", "1, onednn", "5, onednn"})
  void trainAndEvaluateAndTellOfEveryHead(int heads, EngineKind kind) {
    assumeThat(kind.equals(EngineKind.DL4J) || OneDnnLibrary.find().isThere()).isTrue();
    String network = AnyHeads.network(heads, SIDE, CLASSES).toJson();
    EngineSpec engine = EngineSpec.of(network).withBatch(BATCH).withKind(kind);
    LocalTraining workers =
        new LocalWork(dataset, engine, BATCH, SIDE, WORKERS).ofRound(2, CutSignal.FULL);
    TrainingState state = beginning(network);
    Averager averager = new Averager(LocalSpark.context(), Compression.NONE);
    RoundMetrics first = null;
    RoundMetrics last = null;
    for (int round = 0; round < 8; round++) {
      Average average = averager.average(state, WORKERS, workers);
      last = average.metrics();
      first = first == null ? last : first;
      state = state.after(average, 2, OuterOptimizer.AVERAGE, 0.01);
    }

    assertThat(first.losses()).hasSize(heads);
    assertThat(first.gradientNorms()).hasSize(heads);
    assertThat(Arrays.stream(first.gradientNorms())).allMatch(norm -> norm > 0);
    assertThat(first.activeUnits().deadShares()).hasSize(heads);
    assertThat(Arrays.stream(first.activeUnits().deadShares())).allMatch(share -> share < 1);
    assertThat(Arrays.stream(last.losses()).sum()).isLessThan(Arrays.stream(first.losses()).sum());

    Evaluation evaluation =
        new Evaluator(
                LocalSpark.context(),
                dataset,
                Decoding.of(Augmentation.Kind.NONE),
                BATCH,
                new BadRecordLimit(Tolerance.NONE, "--quarantine"))
            .evaluate(engine, state.parameters(), SIDE, CLASSES);
    assertThat(evaluation.examples()).isEqualTo(16);
    assertThat(evaluation.loss().keySet()).containsExactlyElementsOf(AnyHeads.names(heads));
    assertThat(evaluation.loss().values()).allMatch(loss -> loss < 2 * Math.log(CLASSES));
  }

  private static TrainingState beginning(String network) {
    try (Dl4jEngine fresh = new Dl4jEngine(network)) {
      float[] parameters = new float[fresh.parameters()];
      fresh.readParameters(parameters);
      return TrainingState.beginning(parameters, new float[parameters.length], 0);
    }
  }
}
