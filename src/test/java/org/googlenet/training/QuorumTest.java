package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.Quorum;
import org.googlenet.averaging.QuorumPlugin;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds that are cut when a share of their examples is done. */
@Timeout(900)
class QuorumTest {

  /** Two rounds an epoch, of 32 and of 4 examples; in the first a worker has 8 local steps. */
  private static final String[] CUT = {
    "training.batch=2", "averaging={workers: 2, localSteps: 8, quorum: 0.7}", "checkpoint.every=1"
  };

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void prepare() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  @Test
  void aRoundIsCutOnceAllHaveStartedAndTheirExamplesSuffice() {
    Quorum quorum = new Quorum(3, 100, 0.5);
    assertThat(quorum.isCut(0, 0)).isFalse();
    assertThat(quorum.isCut(0, 60)).as("two have not started").isFalse();
    assertThat(quorum.isCut(1, 0)).as("one has not started").isFalse();
    assertThat(quorum.isCut(2, 0)).isTrue();
    assertThat(quorum.isCut(1, 4)).isTrue();
  }

  @Test
  void aWorkerThatBeginsAgainCountsAsOneThatBegins() {
    Quorum quorum = new Quorum(2, 100, 0.5);
    quorum.isCut(0, 40);
    quorum.isCut(0, 0);
    assertThat(quorum.isCut(1, 20)).isFalse();
    assertThat(quorum.isCut(0, 30)).isTrue();
  }

  @Test
  void aCutRoundStaysCut() {
    Quorum quorum = new Quorum(1, 10, 0.5);
    assertThat(quorum.isCut(0, 5)).isTrue();
    assertThat(quorum.isCut(0, 0)).isTrue();
  }

  @Tag("slow")
  @Test
  void aSlowWorkerYieldsWhatItHasAndTheRestIsTrainedOnInTheSameEpoch() {
    Trained trained = runs.train(TinyRuns.PLAIN, Slowed.by(700), with("run=cut"));

    assertThat(trained.end()).isEqualTo(End.FINISHED);
    assertThat(trained.events(RoundFinished.class)).hasSize(6);
    for (RoundFinished round : trained.events(RoundFinished.class)) {
      if (round.round() % 2 == 1) {
        assertThat(round.leftOver()).as("%s", round).isBetween(2L, 10L);
        assertThat(round.text()).contains("cut with " + round.leftOver() + " examples to come to");
      } else {
        // The last round of an epoch is whole: every record once an epoch.
        assertThat(round.leftOver()).isZero();
        assertThat(round.examples()).isEqualTo(18L * round.round());
      }
    }
    assertThat(trained.last(RoundFinished.class).step()).as("as planned").isEqualTo(27);
    assertThat(trained.events(Warned.class))
        .extracting(Warned::message)
        .anySatisfy(line -> assertThat(line).contains("averaging.quorum 0.7", "not repeatable"));
  }

  @Tag("slow")
  @Test
  void whatIsLeftOverIsInTheCheckpoint() throws Exception {
    Trained stopped = runs.trainUntil(1, Slowed.by(700), with("run=stopped"));
    assertThat(stopped.end()).isEqualTo(End.INTERRUPTED);
    RoundFinished last = stopped.last(RoundFinished.class);
    assertThat(runs.newest("stopped").counters()).containsEntry("leftOver", last.leftOver());

    Trained rest = runs.train(TinyRuns.PLAIN, Slowed.by(700), with("run=stopped"));

    assertThat(rest.last(Resumed.class).round()).isEqualTo(last.round());
    assertThat(rest.last(RoundFinished.class).examples()).isEqualTo(108);
  }

  @Tag("slow")
  @Test
  void aRoundWithWorkersOfOnePaceIsNotCutBelowItsQuorum() {
    Trained trained = runs.train(TinyRuns.PLAIN, with("run=even"));
    for (RoundFinished round : trained.events(RoundFinished.class)) {
      assertThat(round.leftOver()).isLessThanOrEqualTo(32 - 23);
    }
  }

  @Test
  void withoutThePluginACutIsRefused() {
    LocalSpark.stop();
    SparkConf bare =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("bare")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(bare)) {
      assertThatThrownBy(() -> QuorumPlugin.Watch.of(spark.sc(), new Quorum(1, 1, 0.5)))
          .hasMessageContaining("spark.plugins");
    }
  }

  private static String[] with(String run) {
    String[] all = new String[CUT.length + 1];
    System.arraycopy(CUT, 0, all, 0, CUT.length);
    all[CUT.length] = run;
    return all;
  }
}
