package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.googlenet.TinyTraining;
import org.googlenet.YarnCluster;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.common.ExitCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains by the launcher on a real YARN, with the settings of conf/spark/yarn.conf, encryption
 * included: {@code scripts/test --long -Dspark.distribution=SPARK_HOME}.
 */
@Tag("long")
@EnabledIfSystemProperty(named = YarnCluster.DISTRIBUTION, matches = ".+")
@Timeout(1800)
class YarnIT {

  @TempDir private static Path folder;

  private static TinyTraining tiny;
  private static YarnCluster yarn;

  @BeforeAll
  static void start() {
    tiny = TinyTraining.in(folder);
    yarn = YarnCluster.start(folder.resolve("yarn"));
  }

  @AfterAll
  static void stop() {
    if (yarn != null) {
      yarn.close();
    }
  }

  @Test
  void aTrainingInClusterModeGivesTheBitsOfTheEmbeddedSpark() {
    try (Running running = CommandLineFixture.launch(Map.of(), train("embedded").toArray())) {
      running.await().succeeded();
    }

    Result result = onYarn("cluster", train("cluster"));

    assertThat(result.exitCode()).as("%s%s", result.err(), yarn.logs()).isZero();
    assertThat(last().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
    assertThat(parameters("cluster")).hasSize(64).isEqualTo(parameters("embedded"));
  }

  @Test
  void aCommandThatFailsInClusterModeFailsItsApplicationOnce() {
    Result result = onYarn("cluster", List.of("train", folder.resolve("no-recipe.yaml")));

    assertThat(result.exitCode()).isNotZero();
    assertThat(last().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
    assertThat(last().getCurrentApplicationAttemptId().getAttemptId()).isEqualTo(1);
    assertThat(yarn.logs()).contains("no-recipe.yaml");
  }

  @Test
  void inClientModeTheExitCodeIsTheJobs() {
    Result result =
        onYarn("client", List.of("evaluate", tiny.run("none"), "--data", tiny.validation()));

    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
  }

  private static Result onYarn(String deployMode, List<Object> command) {
    List<Object> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--master", "yarn", "--deploy-mode", deployMode));
    String java = System.getProperty("java.home");
    for (String setting :
        List.of(
            "spark.executor.cores=1",
            "spark.driver.memory=1g",
            "spark.driver.memoryOverhead=1g",
            "spark.executor.memory=1g",
            "spark.executor.memoryOverhead=1g",
            "spark.ui.enabled=false",
            "spark.yarn.jars=" + yarn.jars(),
            "spark.yarn.stagingDir=" + folder.resolve("staging").toUri(),
            "spark.yarn.appMasterEnv.JAVA_HOME=" + java,
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.executorEnv.JAVA_HOME=" + java,
            "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1")) {
      arguments.addAll(List.of("--conf", setting));
    }
    try (Running running = CommandLineFixture.launch(yarn.environment(), arguments.toArray())) {
      return running.await();
    }
  }

  private static List<Object> train(String run) {
    return List.of(
        "train",
        tiny.recipe(),
        "--run",
        run,
        "--set",
        "training.epochs=1",
        "--set",
        "averaging.threads=1");
  }

  private static ApplicationReport last() {
    List<ApplicationReport> all = yarn.applications();
    return all.get(all.size() - 1);
  }

  private static String parameters(String run) {
    return CommandLineFixture.runHere("checkpoints", "show", tiny.run(run), "--format", "json")
        .json()
        .get("parametersSha256")
        .asText();
  }
}
