package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.googlenet.StandaloneCluster;
import org.googlenet.TaskLog;
import org.googlenet.TaskLog.Attempt;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains by the launcher on a real standalone cluster, and holds the result to the bits of an
 * undisturbed training on the embedded Spark: with one executor and with two, and with an executor
 * or the driver killed.
 */
@Timeout(1800)
class KilledProcessesIT {

  /** Rounds of 32, 4, 32 and 4 examples: the third is long enough to be hit. */
  private static final int HIT = 3;

  private static final int ROUNDS = 4;

  @TempDir private static Path folder;

  private static TinyTraining tiny;
  private static StandaloneCluster cluster;

  /** The parameters that every training of the recipe must end with. */
  private static String expected;

  @BeforeAll
  static void trainUndisturbed() {
    tiny = TinyTraining.in(folder);
    embedded("local[2]", "undisturbed");
    expected = parameters("undisturbed");
    cluster = StandaloneCluster.start(2);
  }

  @AfterAll
  static void endTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Tag("long")
  void twoExecutorsGiveTheBitsOfTheEmbeddedSpark() {
    onCluster("two").await().succeeded();

    assertThat(executorsOf("two")).hasSize(2);
    assertSameBits("two");
  }

  @Tag("slow")
  @Test
  void oneExecutorGivesTheBitsOfTwo() {
    onCluster("one", "--conf", "spark.cores.max=1").await().succeeded();

    assertThat(executorsOf("one")).hasSize(1);
    assertSameBits("one");
  }

  @Test
  @Tag("long")
  void oneCoreOfTheEmbeddedSparkGivesTheBitsOfTwo() {
    embedded("local[1]", "one-core");

    assertSameBits("one-core");
  }

  @Tag("slow")
  @Test
  void anExecutorKilledInTheMiddleOfARoundDoesNotChangeTheResult() {
    try (Running running = onCluster("executor")) {
      Attempt hit = awaitHit("executor");
      cluster.killExecutor(hit.executor());
      running.await().succeeded();

      Attempt ended = TaskLog.await(log("executor"), a -> a.task() == hit.task() && !a.running());
      assertThat(ended.end())
          .as("%s", TaskLog.read(log("executor")))
          .isEqualTo("ExecutorLostFailure");
    }
    assertThat(TaskLog.read(log("executor")))
        .as("the work was done again, elsewhere or anew")
        .anyMatch(a -> a.round() == HIT && a.number() == 1 && a.end().equals("Success"));
    assertSameBits("executor");
  }

  @Tag("slow")
  @Test
  void aDriverKilledInTheMiddleOfARoundAndTheSameCommandDoNotChangeTheResult() throws Exception {
    try (Running running = onCluster("driver")) {
      awaitHit("driver");
      awaitFile(tiny.run("driver").resolve("checkpoints/000002-0001.json"));
      Result killed = running.kill();
      assertThat(killed.exitCode()).isEqualTo(137);
      assertThat(killed.out()).contains("round 2/4").doesNotContain("round 3/4");
    }
    Files.delete(log("driver"));
    TimeUnit.SECONDS.sleep(2); // until the killed driver's lease is over

    Result resumed = onCluster("driver").await().succeeded();

    assertThat(resumed.out()).contains("going on from checkpoint 000002-0001: round 2, step");
    assertThat(TaskLog.read(log("driver")))
        .extracting(Attempt::round)
        .contains(2)
        .doesNotContain(3);
    assertSameBits("driver");
  }

  @Tag("slow")
  @Test
  void aDriverThatWaitsAsksForNoExecutorAndOneThatGetsNoneIsWorthAnotherTry() {
    String[] longer = {"--set", "training.epochs=6"};
    try (Running first = onCluster("waited", longer)) {
      awaitHit("waited");
      try (Running second = onCluster("waited", "--set", "training.epochs=6", "--lease-wait=5m");
          Running third = onCluster("elsewhere", "--executor-wait=1s");
          Running validation = onTheBusyCluster("validate", "--executor-wait=1s")) {
        for (Running one : List.of(third, validation)) {
          Result without = one.await();
          assertThat(without.exitCode()).as(without.err()).isEqualTo(7);
          assertThat(without.err()).contains("gave no executor within 1 s");
        }

        first.await().succeeded();
        Result waited = second.await().succeeded();
        assertThat(waited.out()).contains("held by", "run waited is finished already");
      }
    }
  }

  /** The first attempt of the round to hit, once it runs. */
  private static Attempt awaitHit(String run) {
    return TaskLog.await(log(run), attempt -> attempt.round() == HIT);
  }

  /** Waits for what the driver writes beside the round. */
  private static void awaitFile(Path file) throws InterruptedException {
    for (int i = 0; i < 600 && !Files.exists(file); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(file).exists();
  }

  private static void embedded(String master, String run) {
    List<Object> arguments = train(run);
    arguments.addAll(List.of("--conf", "spark.master=" + master));
    try (Running running = CommandLineFixture.launch(Map.of(), arguments.toArray())) {
      running.await().succeeded();
    }
  }

  /** A command on the sample data. */
  private static Running onTheBusyCluster(String command, String... more) {
    List<Object> arguments = new ArrayList<>(List.of(command, Path.of("data/sample/validation")));
    arguments.addAll(List.of("--master", cluster.masterUrl()));
    arguments.addAll(List.of("--conf", "spark.driver.memory=1g"));
    arguments.addAll(List.of("--conf", "spark.ui.enabled=false"));
    arguments.addAll(List.of(more));
    return CommandLineFixture.launch(
        Map.of("SPARK_HOME", cluster.sparkHome().toString()), arguments.toArray());
  }

  private static Running onCluster(String run, String... more) {
    List<Object> arguments = train(run);
    arguments.addAll(List.of("--master", cluster.masterUrl()));
    for (String setting :
        List.of(
            "spark.driver.memory=1g",
            "spark.executor.memory=2g",
            "spark.ui.enabled=false",
            "spark.driver.extraClassPath=" + taskLogClasses(),
            "spark.extraListeners=" + TaskLog.class.getName(),
            TaskLog.FILE + "=" + log(run))) {
      arguments.addAll(List.of("--conf", setting));
    }
    arguments.addAll(List.of(more));
    return CommandLineFixture.launch(
        Map.of("SPARK_HOME", cluster.sparkHome().toString()), arguments.toArray());
  }

  private static List<Object> train(String run) {
    List<Object> arguments = new ArrayList<>(List.of("train", tiny.recipe(), "--run", run));
    for (String override :
        List.of(
            "averaging.threads=1",
            "averaging.localSteps=4",
            "training.epochs=2",
            "checkpoint.every=1")) {
      arguments.addAll(List.of("--set", override));
    }
    return arguments;
  }

  private static Path log(String run) {
    return folder.resolve(run + ".log");
  }

  /** A folder with the listener alone: services of the tests' own are none of this cluster's. */
  private static Path taskLogClasses() {
    Path copied = folder.resolve("task-log");
    try {
      Path all = Path.of(TaskLog.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path target = Files.createDirectories(copied.resolve("org/googlenet"));
      try (Stream<Path> classes = Files.list(all.resolve("org/googlenet"))) {
        for (Path each : classes.filter(c -> isOfTaskLog(c.getFileName().toString())).toList()) {
          Files.copy(each, target.resolve(each.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return copied;
  }

  private static boolean isOfTaskLog(String name) {
    return name.matches("TaskLog(\\$.*)?\\.class");
  }

  private static List<String> executorsOf(String run) {
    return TaskLog.read(log(run)).stream().map(Attempt::executor).distinct().toList();
  }

  private static void assertSameBits(String run) {
    assertThat(newest(run).get("round").asInt()).isEqualTo(ROUNDS);
    assertThat(parameters(run)).hasSize(64).isEqualTo(expected);
  }

  private static String parameters(String run) {
    return newest(run).get("parametersSha256").asText();
  }

  private static JsonNode newest(String run) {
    return CommandLineFixture.runHere("checkpoints", "show", tiny.run(run), "--format", "json")
        .json();
  }
}
