package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * The Hadoop that Spark 3.5 ships, with the S3A that the launcher adds to it, keeps the contract:
 * in a JVM of its own, with that Hadoop in place of ours.
 */
@Tag("long")
class S3aOfHadoop33Test {

  private static final String VERSION = "3.3.4";
  private static final Path HADOOP = Path.of("target/hadoop", VERSION);
  private static final Path S3A = Path.of("target/s3a", VERSION);
  private static final Pattern OUR_HADOOP =
      Pattern.compile(".*/(org/apache/hadoop|software/amazon)/.*");

  @Test
  void theS3aOfTheHadoopThatSparkShipsKeepsTheContract() throws Exception {
    fetch();
    List<String> classPath = new ArrayList<>(jars(HADOOP));
    classPath.addAll(jars(S3A));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!OUR_HADOOP.matcher(entry).matches()) {
        classPath.add(entry);
      }
    }
    Outcome outcome =
        run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@conf/jvm.options",
            "-cp",
            String.join(File.pathSeparator, classPath),
            S3aOfHadoop33Test.class.getName());
    assertThat(outcome.output()).contains("Hadoop " + VERSION).contains(" tests successful");
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }

  /** Runs the contract on the class path's Hadoop, in the other JVM. */
  public static void main(String[] arguments) {
    System.out.println("Hadoop " + VersionInfo.getVersion());
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(S3WithoutConditionalCreateTest.class))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    listener.getSummary().printFailuresTo(out, 30);
    listener.getSummary().printTo(out);
    System.exit(listener.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
  }

  private static void fetch() throws Exception {
    if (!Files.isDirectory(S3A)) {
      maven("-f", "conf/s3a/hadoop-3.3.xml", "-Dhadoop.version=" + VERSION, "process-resources");
    }
    for (String part : List.of("api", "runtime")) {
      if (!Files.exists(HADOOP.resolve("hadoop-client-" + part + "-" + VERSION + ".jar"))) {
        maven(
            "-f",
            "conf/s3a/hadoop-3.3.xml",
            "dependency:copy",
            "-Dartifact=org.apache.hadoop:hadoop-client-" + part + ":" + VERSION,
            "-DoutputDirectory=" + HADOOP.toAbsolutePath());
      }
    }
  }

  private static void maven(String... arguments) throws Exception {
    Outcome outcome =
        run(
            Stream.concat(Stream.of("mvn", "-q", "-B", "-ntp"), Stream.of(arguments))
                .toArray(String[]::new));
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }

  private static List<String> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).filter(file -> file.endsWith(".jar")).toList();
    }
  }

  private record Outcome(int status, String output) {}

  private static Outcome run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
