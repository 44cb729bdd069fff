package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds scripts/googlenet to the Java that it starts, and to how it refuses what it cannot start.
 */
class LauncherIT extends LauncherFixture {

  @Test
  void withoutASparkTheJobRunsInOneJavaWithSparksJarsBesideItsOwn() throws Exception {
    Outcome outcome = launch("--print-command", "train", "recipe.yaml");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output())
        .containsPattern("java @" + ROOT + "/conf/jvm.options -Xmx\\d+m ")
        .contains("-cp " + ROOT + "/target/googlenet-spark-")
        .contains(".jar:" + ROOT + "/target/spark/jars/")
        .endsWith("org.googlenet.app.Main train recipe.yaml \n");
  }

  @Test
  void theUsersJavaOptionsComeAfterTheDefaults() throws Exception {
    Outcome outcome =
        launch(Map.of("GOOGLENET_JAVA_OPTS", "-Xmx8g -Da=b"), "--print-command", "summary");
    assertThat(outcome.output()).containsSubsequence("-Xmx", "m ", "-Xmx8g -Da=b", "-cp");
  }

  @Test
  void anArgumentWithASpaceStaysOneArgument() throws Exception {
    assertThat(launch("--print-command", "predict", "a photo.jpg").output())
        .contains("predict a\\ photo.jpg");
  }

  @Test
  void whatFollowsTwoDashesIsTheJobsAlone() throws Exception {
    assertThat(launch("--print-command", "predict", "--", "--master").output())
        .endsWith("predict -- --master \n");
  }

  @Test
  void theLauncherFindsItsProjectThroughASymbolicLinkAndFromAnyFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("googlenet"), SCRIPT);
    Process process =
        new ProcessBuilder(link.toString(), "--print-command", "summary")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = outputOf(process);
    Files.delete(link);
    assertThat(output).contains(ROOT + "/target/spark/jars/");
  }

  @Test
  void aMasterWithoutASparkHomeIsRefusedInOneLine() throws Exception {
    assertRefused(launch("--master", "yarn", "summary"), "set SPARK_HOME");
  }

  @Test
  void aSparkHomeWithoutSparkSubmitIsRefusedInOneLine() throws Exception {
    assertRefused(launch(Map.of("SPARK_HOME", folder.toString()), "summary"), "bin/spark-submit");
  }

  @Test
  void aSettingOfSparksReachesTheEmbeddedJobWhereItStands() throws Exception {
    assertThat(launch("--print-command", "train", "--conf=a=b", "recipe.yaml").output())
        .endsWith("org.googlenet.app.Main train --conf a=b recipe.yaml \n");
    assertThat(
            launch("--print-command", "--conf=a=b", "train", "recipe.yaml", "--", "--x").output())
        .endsWith("org.googlenet.app.Main train recipe.yaml --conf a=b -- --x \n");
    assertThat(launch("--conf", "a=b", "--print-command", "train", "recipe.yaml").output())
        .endsWith("org.googlenet.app.Main train recipe.yaml --conf a=b \n");
  }

  @Test
  void aDeployModeWithoutAMasterIsRefusedInOneLine() throws Exception {
    assertRefused(launch("--deploy-mode", "cluster", "summary"), "give --master");
  }

  @Test
  void anOptionWithoutItsValueIsRefusedInOneLine() throws Exception {
    assertRefused(launch("summary", "--master"), "--master");
  }

  @Test
  void aMissingJavaIsRefusedInOneLine() throws Exception {
    assertRefused(launch(Map.of("JAVA_HOME", folder.toString()), "summary"), "JDK 17");
  }

  @Test
  void anotherJavaThan17IsRefusedInOneLine() throws Exception {
    script(folder.resolve("bin/java"), "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
    assertRefused(launch(Map.of("JAVA_HOME", folder.toString()), "summary"), "is Java 11.0.2");
  }

  @Test
  void tooFewFilesOrAddressesAreRefusedInOneLine() throws Exception {
    assertRefused(limited("ulimit -n 64"), "64 open files are too few");
    assertRefused(limited("ulimit -v 2000000"), "ulimit -v: 1953 MB of addresses are too few");
  }

  @Test
  void aHeapThatIsTooSmallForSparkIsRefusedInOneLine() throws Exception {
    assertRefused(
        launch(Map.of("GOOGLENET_JAVA_OPTS", "-Xmx256m"), "validate", "data/sample/validation"),
        "the Java heap of 256 MB is too small, Spark needs 450; set GOOGLENET_JAVA_OPTS=-Xmx1g");
  }

  private static Outcome limited(String limit) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", limit + "; exec \"$0\" summary", SCRIPT.toString())
            .redirectErrorStream(true)
            .start();
    String output = outputOf(process);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void aFolderWhoseNameWouldDivideTheClassPathIsRefusedInOneLine() throws Exception {
    assertRefused(launchIn("a:b"), "a folder with ':' in its path");
  }

  /** In the locale C Java would not find a file whose name is not ASCII's. */
  @Test
  void aFolderMayHaveAnyOtherName() throws Exception {
    Outcome outcome = launchIn("$'cl\\303\\266ne #1 100%, a?b'");
    assertThat(outcome.output()).contains("Inception-1").doesNotContain("WARN", "ERROR", "at org.");
    assertThat(outcome.status()).isZero();
  }

  /**
   * Shows the network by a copy of the project, in the locale C.
   *
   * @param name of its folder as Bash reads it: this JVM's own locale may have no such letters
   */
  private Outcome launchIn(String name) throws Exception {
    String script =
        """
        copy=$1/%s
        mkdir -p "$copy/scripts"
        cp -r "$0/pom.xml" "$0/conf" "$copy"
        cp "$0/scripts/googlenet" "$copy/scripts"
        ln -s "$0/target" "$copy/target"
        "$copy/scripts/googlenet" summary
        code=$?
        rm -rf "$copy"
        exit "$code"
        """
            .formatted(name);
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script, ROOT.toString(), folder.toString())
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("SPARK_HOME");
    Process process = builder.start();
    String output = outputOf(process);
    return new Outcome(process.waitFor(), output);
  }

  private static void assertRefused(Outcome outcome, String remedy) {
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output()).startsWith("googlenet: ").contains(remedy).containsOnlyOnce("\n");
  }
}
