package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds scripts/googlenet to what it starts, and to how it refuses what it cannot start. */
class LauncherIT {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path SCRIPT = ROOT.resolve("scripts/googlenet");

  @TempDir private Path folder;

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
  void aSparkHomeMeansSparkSubmitWithTheLocalProfile() throws Exception {
    Path spark = sparkHome();
    Outcome outcome = launch(Map.of("SPARK_HOME", spark.toString()), "--print-command", "summary");
    assertThat(outcome.output())
        .contains(spark + "/bin/spark-submit --master local")
        .contains("--class org.googlenet.app.Main")
        .contains("--conf spark.driver.bindAddress=127.0.0.1 ")
        .contains("--conf spark.ui.enabled=false ")
        .endsWith(".jar summary \n");
  }

  @Test
  void aMasterOnTheCommandLineChoosesItsProfileAndTheUsersSettingsWin() throws Exception {
    Outcome outcome =
        launch(
            Map.of("SPARK_HOME", sparkHome().toString()),
            "--print-command",
            "--master=spark://host:7077",
            "train",
            "recipe.yaml",
            "--deploy-mode",
            "cluster",
            "--conf",
            "spark.executor.memory=16g");
    assertThat(outcome.output())
        .contains("--master spark://host:7077 ")
        .contains("--deploy-mode cluster ")
        .contains("--conf spark.standalone.submit.waitAppCompletion=true ")
        .contains("add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
        .contains("# spark.executor.memory=16g  (--conf)\n")
        .contains("# spark.speculation=false  (conf/spark/standalone.conf)\n")
        .containsSubsequence("--conf spark.executor.memory=16g", ".jar train recipe.yaml")
        .doesNotContain("spark.executor.memory=4g");
  }

  @Test
  void whatTheClusterHasSetStaysAndIsToldApart() throws Exception {
    Path defaults = sparkHome().resolve("conf/spark-defaults.conf");
    Files.createDirectories(defaults.getParent());
    Files.writeString(
        defaults,
        """
        spark.executor.memory           6g
        spark.eventLog.enabled = true
        spark.driver.extraJavaOptions:  -Djavax.net.ssl.trustStore=/etc/trust.jks
        spark.authenticate.secret       hush
        """);
    String[] arguments = {
      "--master=spark://host:7077", "--conf=spark.executor.extraJavaOptions=-Da=b", "summary"
    };
    assertThat(submitted(arguments))
        .doesNotContain("spark.executor.memory=4g", "spark.eventLog.enabled=false", "hush")
        .doesNotContain("--conf spark.executor.extraJavaOptions=-Da=b")
        .contains("# spark.executor.memory=6g  (" + defaults + ")")
        .contains("# spark.eventLog.enabled=true  (" + defaults + ")")
        .contains("# spark.authenticate.secret=(hidden)  (" + defaults + ")")
        .contains("reporting.enabled=false\\ -Djavax.net.ssl.trustStore=/etc/trust.jks --conf")
        .contains("reporting.enabled=false\\ -Da=b --conf")
        .contains("(conf/spark/standalone.conf, then " + defaults + ")")
        .contains("(conf/spark/standalone.conf, then --conf)");
  }

  @Test
  void aFileOfSettingsTakesThePlaceOfAllOthers() throws Exception {
    Path file = Files.writeString(folder.resolve("own.conf"), "spark.executor.memory 7g\n");
    assertThat(submitted("--master=yarn", "--properties-file=" + file, "summary"))
        .contains("# spark.executor.memory=7g  (" + file + ")\n")
        .doesNotContain("spark.yarn.maxAppAttempts");
  }

  @Test
  void anAddressOfIpVersion6GetsTheBracketsThatSparkWants() throws Exception {
    assertThat(
            submitted(
                "--master=yarn",
                "--conf=spark.driver.host=fd00::1",
                "--conf",
                "spark.driver.bindAddress=[::1]",
                "--conf=spark.ui.port=4040",
                "summary"))
        .contains(
            "--conf spark.driver.host=\\[fd00::1\\] ",
            "--conf spark.driver.bindAddress=\\[::1\\] ",
            "--conf spark.ui.port=4040 ");
  }

  @Test
  void yarnAndKubernetesHaveProfilesOfTheirOwn() throws Exception {
    assertThat(submitted("--master", "yarn", "summary"))
        .contains("--conf spark.yarn.maxAppAttempts=1 ")
        .contains("--conf spark.authenticate=true ");
    assertThat(submitted("--master", "k8s://https://host:6443", "summary"))
        .contains("--conf spark.executor.memoryOverhead=2g ")
        .contains("cachedir=/tmp/javacpp")
        .endsWith(" " + ROOT + "/target/googlenet-spark-0.1.0.jar summary \n");
  }

  @Test
  void aDriverOnKubernetesTakesTheJarOfItsImage() throws Exception {
    String[] command = {
      "--master", "k8s://https://host:6443", "--deploy-mode", "cluster", "summary"
    };
    assertThat(submitted(command))
        .endsWith(" local:///opt/googlenet/target/googlenet-spark-0.1.0.jar summary \n")
        .doesNotContain("--jars");
    String[] withUpload =
        Stream.concat(
                Stream.of("--conf", "spark.kubernetes.file.upload.path=s3a://bucket/jars"),
                Stream.of(command))
            .toArray(String[]::new);
    assertThat(submitted(withUpload))
        .endsWith(" " + ROOT + "/target/googlenet-spark-0.1.0.jar summary \n")
        .contains("--jars");
  }

  @Test
  void aCopyWithoutSourcesRunsTheJarThatItHas() throws Exception {
    Path copy = folder.resolve("copy");
    for (String file : List.of("scripts/googlenet", "pom.xml", "conf/spark/local.conf")) {
      Files.createDirectories(copy.resolve(file).getParent());
      Files.copy(ROOT.resolve(file), copy.resolve(file));
    }
    Path jar = copy.resolve("target/googlenet-spark-0.1.0.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    Process process = start(copy.resolve("scripts/googlenet"), withSpark(), "summary");
    assertThat(outputOf(process)).isEmpty();
    assertThat(process.waitFor()).isEqualTo(6);
  }

  @Test
  void aSparkHomesOwnMasterIsKept() throws Exception {
    Path spark = sparkHome();
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(
        spark.resolve("conf/spark-defaults.conf"), "spark.master   spark://own:7077\n");
    assertThat(
            launch(Map.of("SPARK_HOME", spark.toString()), "--print-command", "summary").output())
        .contains("--master spark://own:7077 ");
  }

  @Test
  void aMasterThatIsASettingIsKept() throws Exception {
    Map<String, String> spark = Map.of("SPARK_HOME", sparkHome().toString());
    assertThat(launch(spark, "--print-command", "summary", "--conf", "spark.master=yarn").output())
        .contains("--master yarn ", "--conf spark.yarn.maxAppAttempts=1 ");
    Path file = folder.resolve("own.conf");
    Files.writeString(
        file, "# spark.master a\nspark.masterly b\nspark.master = spark://own:7077\n");
    assertThat(
            launch(spark, "--print-command", "summary", "--properties-file", file.toString())
                .output())
        .contains("--master spark://own:7077 ");
  }

  @Test
  void aSparkWithoutS3aGetsThatOfItsHadoop() throws Exception {
    for (String version : List.of("3.3.4", "3.4.2")) {
      assertThat(commandOn("hadoop-client-api-" + version + ".jar"))
          .contains(" --jars " + ROOT + "/target/s3a/" + version + "/\\* ");
    }
  }

  @Test
  void aSparkWithS3aKeepsItsOwn() throws Exception {
    assertThat(commandOn("hadoop-client-api-3.3.4.jar", "hadoop-aws-3.3.4.jar"))
        .doesNotContain("--jars");
  }

  @Test
  void aHadoopThatWeHaveNoS3aForGetsNone() throws Exception {
    assertThat(commandOn("hadoop-client-api-2.10.2.jar")).doesNotContain("--jars");
    assertThat(commandOn("no-hadoop-at-all.jar")).doesNotContain("--jars");
  }

  @Test
  void jarsOfTheUsersOwnAreLeftAlone() throws Exception {
    Path spark = sparkHome();
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/hadoop-client-api-3.3.4.jar"));
    assertThat(
            launch(
                    Map.of("SPARK_HOME", spark.toString()),
                    "--print-command",
                    "summary",
                    "--conf",
                    "spark.jars=/my/s3a.jar")
                .output())
        .contains("--conf spark.jars=/my/s3a.jar ")
        .doesNotContain("--jars");
  }

  @Test
  void theExitCodeOfSparkSubmitIsTheLaunchers() throws Exception {
    assertThat(launch(Map.of("SPARK_HOME", sparkHome().toString()), "summary").status())
        .isEqualTo(6);
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

  /** The command that a Spark with these jars would get. */
  private String commandOn(String... jars) throws Exception {
    Path spark = sparkHome();
    Path folderOfJars = Files.createTempDirectory(folder, "jars");
    for (String jar : jars) {
      Files.createFile(folderOfJars.resolve(jar));
    }
    Files.deleteIfExists(spark.resolve("jars"));
    Files.createSymbolicLink(spark.resolve("jars"), folderOfJars);
    return launch(Map.of("SPARK_HOME", spark.toString()), "--print-command", "summary").output();
  }

  /** The command that a Spark on Hadoop 3.3.4, without S3A, would get. */
  private String submitted(String... arguments) throws Exception {
    String[] all =
        Stream.concat(Stream.of("--print-command"), Stream.of(arguments)).toArray(String[]::new);
    return launch(withSpark(), all).output();
  }

  private Map<String, String> withSpark() throws IOException {
    Path api = sparkHome().resolve("jars/hadoop-client-api-3.3.4.jar");
    Files.createDirectories(api.getParent());
    if (!Files.exists(api)) {
      Files.createFile(api);
    }
    return Map.of("SPARK_HOME", sparkHome().toString());
  }

  /** A folder with a spark-submit that ends with code 6. */
  private Path sparkHome() throws IOException {
    script(folder.resolve("spark/bin/spark-submit"), "exit 6");
    return folder.resolve("spark");
  }

  private static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * What a launch came to.
   *
   * @param status exit code
   * @param output stdout and stderr together
   */
  private record Outcome(int status, String output) {}

  private static Outcome launch(String... arguments) throws Exception {
    return launch(Map.of(), arguments);
  }

  private static Outcome launch(Map<String, String> environment, String... arguments)
      throws Exception {
    Process process = start(SCRIPT, environment, arguments);
    String output = outputOf(process);
    return new Outcome(process.waitFor(), output);
  }

  private static Process start(Path script, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> inherited = new HashMap<>(builder.environment());
    inherited.keySet().removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR", "GOOGLENET_JAVA_OPTS"));
    builder.environment().clear();
    builder.environment().putAll(inherited);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String outputOf(Process process) throws IOException {
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
