package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.StandaloneCluster;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.common.Problem;
import org.googlenet.report.Listeners;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Outcome;
import org.googlenet.spark.ExecutorWatch;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a training on a real standalone cluster that loses executors until Spark gives
 * its jobs up, or all of them for good. No checkpoint is due before the end.
 */
@Timeout(1800)
@Tag("slow")
class LostExecutorsIT {

  private static final Stores STORES = new Stores(Map.of());
  private static final int ROUNDS = 4;

  @TempDir private static Path folder;

  private static TinyRuns runs;
  private static String expected;

  private final List<TrainingEvent> events = new ArrayList<>();
  private TrainingListener listener = event -> {};
  private StandaloneCluster cluster;
  private JavaSparkContext spark;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    runs = new TinyRuns(TinyTraining.in(folder));
    runs.train(TinyRuns.PLAIN, with("undisturbed"));
    LocalSpark.stop();
    expected = runs.parameters("undisturbed");
  }

  private static String[] with(String run) {
    return new String[] {
      "run=" + run,
      "averaging.threads=1",
      "averaging.localSteps=4",
      "training.epochs=2",
      "checkpoint={every: 50, keepLast: 2, lease: 2s}"
    };
  }

  /** Spark gives a job up as soon as one executor is lost. */
  @BeforeEach
  void startACluster() throws IOException {
    cluster = StandaloneCluster.start(2);
    Path log = folder.resolve("tasks.log");
    spark =
        new JavaSparkContext(
            DisturbedWorkersIT.settings(cluster, log)
                .set("spark.speculation", "false")
                .set("spark.task.maxFailures", "1"));
  }

  @AfterEach
  void endTheCluster() {
    LocalSpark.stop();
    cluster.close();
  }

  private TrainingJob job(String run, Duration executorWait, UnaryOperator<LocalTraining> workers) {
    TrainingSetup setup = TrainingSetup.open(spark, runs.recipe(with(run)), STORES);
    new ExecutorWatch(spark, executorWait).start();
    TrainingListener all = new Listeners(List.of(events::add, event -> listener.on(event)));
    return new TrainingJob(spark, setup, STORES, TinyRuns.PLAIN, all, workers);
  }

  /** Ends the JVM of worker 1 in the third round, so many times. */
  private UnaryOperator<LocalTraining> dying(String run, int times) {
    String count = folder.resolve(run + ".count").toString();
    return training -> new DyingWorker(training, count, times);
  }

  @Test
  void aRoundThatSparkGaveUpIsRunAgainAndChangesNoBit() throws IOException {
    End end = job("again", Duration.ofMinutes(2), dying("again", 1)).run();

    assertThat(end).isEqualTo(End.FINISHED);
    assertThat(events)
        .filteredOn(Warned.class::isInstance)
        .extracting(TrainingEvent::text)
        .anyMatch(
            line -> line.contains("round 3: an executor was lost") && line.contains("2 of 3"));
    assertThat(events.stream().filter(RoundFinished.class::isInstance)).hasSize(ROUNDS);
    assertThat(runs.parameters("again")).isEqualTo(expected);
  }

  @Test
  void whereTheSameHappensEachTimeTheRoundsBeforeAreSaved() throws IOException {
    Problem problem = failure(job("often", Duration.ofMinutes(2), dying("often", 99)));

    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem)
        .hasMessageContainingAll("an executor was lost", "round 2 is saved as checkpoint 000002-");
    assertThat(Outcome.read(runs.store("often")).orElseThrow().reason())
        .isEqualTo(problem.getMessage());
    assertThat(runs.newest("often").counters()).containsEntry("round", 2L);
  }

  @Test
  void aClusterThatLosesAllExecutorsForGoodIsWaitedForAndTheRoundsAreSaved() throws IOException {
    listener =
        event -> {
          if (event instanceof RoundFinished round && round.round() == 2) {
            cluster.killWorkers();
          }
        };

    Problem problem = failure(job("gone", Duration.ofSeconds(30), UnaryOperator.identity()));

    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem)
        .hasMessageContainingAll("no executor was left for 30 s", "round 2 is saved as checkpoint");
    assertThat(runs.newest("gone").counters()).containsEntry("round", 2L);
  }

  private static Problem failure(TrainingJob job) {
    try {
      job.run();
    } catch (Problem problem) {
      return problem;
    }
    throw new AssertionError("the training ended well");
  }
}
