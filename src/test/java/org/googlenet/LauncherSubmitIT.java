package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds scripts/googlenet to what it gives to the spark-submit of a {@code SPARK_HOME}. */
class LauncherSubmitIT extends LauncherFixture {

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
  void fileNamesAreInUtf8OnAllMachines() throws Exception {
    for (String master : List.of("spark://host:7077", "yarn", "k8s://https://host")) {
      String output =
          launch(
                  Map.of("SPARK_HOME", sparkHome().toString()),
                  "--print-command",
                  "--master=" + master,
                  "summary")
              .output();
      assertThat(output).contains("--conf spark.executorEnv.LC_ALL=C.UTF-8 ");
      if (!master.startsWith("spark:")) {
        assertThat(output).containsPattern("(appMasterEnv|driverEnv)\\.LC_ALL=C\\.UTF-8 ");
      }
    }
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
}
