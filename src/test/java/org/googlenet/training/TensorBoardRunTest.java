package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.Divergence;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingEvent.Weights;
import org.googlenet.report.tensorboard.WrittenEvents;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

/** What a run's event files say of its rounds, whatever became of them. */
@Tag("slow")
@Timeout(900)
class TensorBoardRunTest {

  private static final String[] SIX_ROUNDS = {
    "training.rounds=6",
    "report={tensorboard: {events: true, histograms: 2}}",
    "divergence={action: rewind, times: 2, rate: 0.5}"
  };

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void prepare() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  private static String[] settings(String run) {
    return List.of("run=" + run, SIX_ROUNDS[0], SIX_ROUNDS[1], SIX_ROUNDS[2])
        .toArray(String[]::new);
  }

  /** The loss of the main head by step, as the events had it; of a step the last one. */
  private static Map<Long, Float> losses(List<RoundFinished> rounds) {
    Map<Long, Float> losses = new HashMap<>();
    rounds.forEach(round -> losses.put(round.step(), (float) round.loss().of("main")));
    return losses;
  }

  @Test
  void aRunThatWasRewoundAndOneThatWasInterruptedShowEachRoundOnce() throws Exception {
    UnaryOperator<LocalTraining> diverging =
        training ->
            (worker, state) ->
                worker == 1 && state.round() == 4 && state.rewinds() == 0
                    ? WorkerResult.diverged(
                        new Divergence(1, 2, "the loss of aux1 is NaN", List.of("a")))
                    : training.train(worker, state);
    Trained first = runs.trainUntil(2, diverging, settings("both"));
    Trained second = runs.train(TinyRuns.PLAIN, diverging, settings("both"));

    assertThat(first.end()).isEqualTo(End.INTERRUPTED);
    assertThat(second.end()).isEqualTo(End.FINISHED);
    List<RoundFinished> rounds = first.events(RoundFinished.class);
    rounds = new ArrayList<>(rounds);
    rounds.addAll(second.events(RoundFinished.class));
    assertThat(rounds).hasSizeGreaterThan(6);
    assertThat(WrittenEvents.scalar(runs.store("both"), "loss/main")).isEqualTo(losses(rounds));
  }

  @Test
  void histogramsCountEveryWeightOfTheStateAndStayOutOfTheLinesOfEvents() throws IOException {
    Trained trained = runs.train(TinyRuns.PLAIN, settings("histograms"));

    assertThat(trained.events(Weights.class)).extracting(Weights::round).containsExactly(2, 4, 6);
    Map<String, NavigableMap<Long, Summary.Value>> values =
        WrittenEvents.values(runs.store("histograms"));
    double counted =
        values.entrySet().stream()
            .filter(series -> series.getKey().startsWith("weights/"))
            .map(series -> series.getValue().lastEntry().getValue().getHisto())
            .mapToDouble(HistogramProto::getNum)
            .sum();
    float[] parameters = runs.values("histograms");
    assertThat(counted)
        .isLessThan((double) trained.last(RunStarted.class).parameters())
        .isGreaterThan(0.98 * parameters.length);
    assertThat(values.get("momentum/conv1").lastEntry().getValue().getHisto().getSumSquares())
        .isPositive();
    assertThat(values.get("training images").firstKey()).isZero();
    try (var files = Files.list(folder.resolve("runs/histograms/metrics"))) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().doesNotContain("\"weights\""));
    }
  }

  @Test
  void aRecipeThatDoesNotAskForThemHasNone() throws IOException {
    Trained trained = runs.train(TinyRuns.PLAIN, "run=without", "training.rounds=1");
    assertThat(WrittenEvents.names(runs.store("without"))).isEmpty();
    assertThat(trained.events(Weights.class)).isEmpty();
  }
}
