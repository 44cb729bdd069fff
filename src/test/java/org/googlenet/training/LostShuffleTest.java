package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.LostShuffle;
import org.googlenet.averaging.QuorumPlugin;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.averaging.Slices;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.training.TinyRuns.Trained;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that Spark runs again when some of the slices of their results are summed already. */
@Timeout(900)
class LostShuffleTest {

  /** How often the first worker trained in the first round. */
  private static final AtomicInteger TRAININGS = new AtomicInteger();

  @TempDir private static Path folder;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    LocalSpark.stop();
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("lost shuffles")
                .set("spark.ui.enabled", "false")
                // With the lost files Spark gives up on all else that lies with this executor.
                .set("spark.task.maxDirectResultSize", "100m")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.plugins", QuorumPlugin.among(LostShuffle.class.getName())));
  }

  @AfterAll
  static void stopSpark() {
    LocalSpark.stop();
  }

  @Test
  void anAverageOfTwoAttemptsAtAWorkerSaysSoAndIsThatOfOneWhereTheyAreEqual() {
    List<WorkerResult> results =
        List.of(result(0, new float[] {1, 2, 3, 4}), result(1, new float[] {3, 4, 5, 6}));
    LostShuffle.arm();

    Average average = Slices.average(spark.parallelize(results, 2), 2, Compression.NONE);

    assertThat(LostShuffle.hasStruck()).isTrue();
    assertThat(average.mixed()).isTrue();
    assertThat(average.parameters()).containsExactly(2, 3, 4, 5);
  }

  @Tag("slow")
  @Test
  void aRoundThatMayBeCutIsRunAgainAndAWholeOneIsNot() {
    TinyRuns runs = new TinyRuns(TinyTraining.in(folder));

    assertThat(trainingsOfTheFirstWorker(runs, "whole", 1.0))
        .as("lost and done again")
        .isEqualTo(2);
    assertThat(trainingsOfTheFirstWorker(runs, "cut", 0.7)).as("and the round anew").isEqualTo(3);
  }

  private static int trainingsOfTheFirstWorker(TinyRuns runs, String run, double quorum) {
    TRAININGS.set(0);
    LostShuffle.arm();

    Trained trained =
        runs.train(
            TinyRuns.PLAIN,
            LostShuffleTest::counted,
            "run=" + run,
            "training.batch=2",
            "training.rounds=2",
            "averaging={workers: 2, localSteps: 4, quorum: %s}".formatted(quorum));

    assertThat(LostShuffle.hasStruck()).isTrue();
    assertThat(trained.last(RoundFinished.class).round()).isEqualTo(2);
    return TRAININGS.get();
  }

  private static LocalTraining counted(LocalTraining training) {
    return (worker, state) -> {
      if (worker == 0 && state.round() == 0) {
        TRAININGS.incrementAndGet();
      }
      return training.train(worker, state);
    };
  }

  private static WorkerResult result(int worker, float[] values) {
    return new WorkerResult(
        worker, values, values.clone(), RoundMetrics.of(1, 1, new double[] {1}, "A"));
  }
}
