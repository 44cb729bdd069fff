package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.DamagedTiny;
import org.googlenet.LocalSpark;
import org.googlenet.StandaloneCluster;
import org.googlenet.TaskLog;
import org.googlenet.TaskLog.Attempt;
import org.googlenet.TestClasses;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.QuorumPlugin;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingListener;
import org.googlenet.spark.ExecutorWatch;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disturbs one worker of one round on a real standalone cluster, so that Spark tries its work
 * again, and holds the result to the bits of an undisturbed training on the embedded Spark, and to
 * its bad records; and with a quorum, whose result has no such bits, to every example once.
 */
@Timeout(1800)
@Tag("slow")
class DisturbedWorkersIT {

  private static final Stores STORES = new Stores(Map.of());
  private static final TrainingListener NOBODY = event -> {};

  /** Rounds of 32, 4, 32 and 4 records, of which 3, 1, 3 and 1 are bad. */
  private static final int ROUNDS = 4;

  private static final long EXAMPLES = 64;

  /** The round, counted from 1, and the worker, counted from 0, that are disturbed. */
  private static final int ROUND = 3;

  private static final int WORKER = 1;

  @TempDir private static Path folder;

  private static TinyRuns runs;
  private static StandaloneCluster cluster;

  /** The parameters that every training of the recipe must end with. */
  private static String expected;

  private static JavaSparkContext spark;
  private static Path log;

  private String run;

  /** Rounds of the cluster before those of this test. */
  private int before;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    runs = new TinyRuns(DamagedTiny.in(folder));
    log = folder.resolve("tasks.log");
    train(LocalSpark.context(), "undisturbed", UnaryOperator.identity(), NOBODY);
    LocalSpark.stop();
    expected = runs.parameters("undisturbed");
    cluster = StandaloneCluster.start(2);
    spark = new JavaSparkContext(settings(cluster, log));
  }

  @AfterAll
  static void endTheCluster() {
    LocalSpark.stop();
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void nameTheRun(TestInfo test) {
    run = test.getTestMethod().orElseThrow().getName();
    before = TaskLog.read(log).stream().mapToInt(Attempt::round).max().orElse(0);
  }

  @Test
  void aWorkerThatFailsTwiceDoesNotChangeTheResult() throws IOException {
    trainOnCluster(NOBODY, Disturbance.failing(2));

    assertThat(attempts()).extracting(Attempt::end).contains("ExceptionFailure", "Success");
    assertThat(attempts())
        .filteredOn(attempt -> attempt.end().equals("ExceptionFailure"))
        .extracting(Attempt::number)
        .containsExactly(0, 1);
    assertSameBits();
  }

  @Test
  void aWorkerThatHangsIsOvertakenByASpeculativeAttemptAndDoesNotChangeTheResult()
      throws IOException {
    trainOnCluster(NOBODY, Disturbance.hanging());

    Attempt hanging = TaskLog.await(log, a -> disturbed(a) && a.number() == 0 && !a.running());
    Attempt second = attempts().get(1);
    assertThat(hanging.end()).isEqualTo("TaskKilled");
    assertThat(second.end()).isEqualTo("Success");
    assertThat(second.speculative()).isTrue();
    assertThat(second.executor()).isNotEqualTo(hanging.executor());
    assertThat(second.ended()).isLessThan(hanging.ended());
    assertSameBits();
  }

  @Test
  void aFirstAttemptThatTrainsOnAfterTheRoundDoesNotChangeTheResult() throws IOException {
    Signal nextRoundHasBegun = Signal.in(folder, "next");
    Signal trained = Signal.in(folder, "trained");
    TrainingListener listener =
        event -> {
          if (event instanceof RoundFinished round && round.round() == ROUND) {
            new Thread(() -> giveWhenARoundBegins(before + ROUND + 1, nextRoundHasBegun)).start();
          } else if (event instanceof RoundFinished round && round.round() > ROUND) {
            TaskLog.await(log, a -> disturbed(a) && a.number() == 0 && !a.running());
          }
        };

    trainOnCluster(listener, Disturbance.late(nextRoundHasBegun, trained));

    assertThat(Path.of(trained.file())).as("it trained to its end").exists();
    Attempt late = attempts().get(0);
    assertThat(attempts().get(1).end()).isEqualTo("Success");
    assertThat(TaskLog.read(log))
        .as("the next round began before it ended")
        .anyMatch(a -> a.round() == before + ROUND + 1 && a.started() < late.ended());
    assertSameBits();
  }

  /** What would be summed lies on the executor that the worker ran on. */
  @Test
  void anExecutorKilledAfterItsWorkerHasEndedDoesNotChangeTheResult() throws Exception {
    Signal killed = Signal.in(folder, "killed");
    CompletableFuture<Void> killing =
        CompletableFuture.runAsync(
            () -> {
              Attempt done =
                  TaskLog.await(
                      log,
                      a -> a.round() == before + ROUND && a.worker() != WORKER && !a.running());
              cluster.killExecutor(done.executor());
              awaitItsEnd(done.executor());
              killed.give();
            });

    trainOnCluster(NOBODY, Disturbance.waiting(killed));

    killing.get(1, TimeUnit.MINUTES);
    assertThat(attempts(1 - WORKER)).as("its worker trained once more").hasSize(2);
    assertThat(attempts(WORKER)).as("the other did not").hasSize(1);
    assertSameBits();
  }

  private static void awaitItsEnd(String executor) {
    while (ExecutorWatch.executors(spark).stream().anyMatch(one -> one.id().equals(executor))) {
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aSlowWorkerOnAnExecutorOfItsOwnIsCutByTheDriver() {
    List<RoundFinished> rounds = new ArrayList<>();
    train(
        spark,
        run,
        Slowed.by(700),
        event -> {
          if (event instanceof RoundFinished round) {
            rounds.add(round);
          }
        },
        "training.batch=2",
        "averaging.localSteps=8",
        "averaging.quorum=0.7");

    assertThat(rounds).extracting(RoundFinished::examples).endsWith(EXAMPLES).hasSize(ROUNDS);
    // 10 at most, or more if a speculative attempt is quicker, which the cut ends at once.
    assertThat(rounds.get(0).leftOver()).isBetween(2L, 24L);
    assertThat(rounds.get(1).leftOver()).as("the last of an epoch is whole").isZero();
  }

  private void trainOnCluster(TrainingListener listener, Disturbance disturbance)
      throws IOException {
    train(
        spark,
        run,
        undisturbed -> new Disturbance.Workers(undisturbed, disturbance, ROUND, WORKER),
        listener);
  }

  /** Those of the profile for such a cluster, and what the tests need. */
  static SparkConf settings(StandaloneCluster cluster, Path log) throws IOException {
    SparkConf conf = new SparkConf().setMaster(cluster.masterUrl()).setAppName("disturbed workers");
    standaloneProfile().forEach(conf::set);
    return conf.set("spark.executor.memory", "2g")
        .set("spark.ui.enabled", "false")
        .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer")
        .set("spark.driver.host", "127.0.0.1")
        .set(
            "spark.executor.extraClassPath",
            System.getProperty("job.jar") + File.pathSeparator + TestClasses.folder())
        .set("spark.extraListeners", TaskLog.class.getName())
        .set(TaskLog.FILE, log.toString())
        .set("spark.plugins", QuorumPlugin.among(""))
        .set("spark.speculation", "true")
        .set("spark.speculation.interval", "50ms")
        .set("spark.speculation.quantile", "0.5")
        .set("spark.speculation.multiplier", "2");
  }

  private static void train(
      JavaSparkContext spark,
      String run,
      UnaryOperator<LocalTraining> workers,
      TrainingListener listener,
      String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "run=" + run,
                "data.quarantine=4",
                "averaging.threads=1",
                "averaging.localSteps=4",
                "training.epochs=2"));
    settings.addAll(List.of(more));
    Recipe recipe = runs.recipe(settings.toArray(new String[0]));
    TrainingSetup setup = TrainingSetup.open(spark, recipe, STORES);
    TrainingJob job = new TrainingJob(spark, setup, STORES, TinyRuns.PLAIN, listener, workers);
    assertThat(job.run()).isEqualTo(End.FINISHED);
  }

  /** What scripts/googlenet passes for such a master. */
  private static Map<String, String> standaloneProfile() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("conf/spark/standalone.conf"))) {
      if (line.startsWith("spark.")) {
        String[] setting = line.split("\\s+", 2);
        settings.put(setting[0], setting[1]);
      }
    }
    return settings;
  }

  /** The attempts at the work that is disturbed, the first one first. */
  private List<Attempt> attempts() {
    return attempts(WORKER);
  }

  /** The attempts at a worker's part of the disturbed round. */
  private List<Attempt> attempts(int worker) {
    return TaskLog.read(log).stream()
        .filter(attempt -> attempt.round() == before + ROUND && attempt.worker() == worker)
        .toList();
  }

  private static void giveWhenARoundBegins(int round, Signal signal) {
    TaskLog.await(log, attempt -> attempt.round() == round);
    signal.give();
  }

  private boolean disturbed(Attempt attempt) {
    return attempt.round() == before + ROUND && attempt.worker() == WORKER;
  }

  private void assertSameBits() throws IOException {
    assertThat(runs.newest(run).counters()).containsEntry("round", (long) ROUNDS);
    assertThat(runs.parameters(run)).hasSize(64).isEqualTo(expected);
    assertThat(quarantine(run)).hasLineCount(4).isEqualTo(quarantine("undisturbed"));
  }

  private static String quarantine(String of) throws IOException {
    return Files.readString(runs.tiny().run(of).resolve("quarantine.jsonl"));
  }
}
