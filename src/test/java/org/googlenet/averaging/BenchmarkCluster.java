package org.googlenet.averaging;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.util.JavaUtils;

/**
 * The Spark of a benchmark: by default a driver with a master, two workers and their two executors
 * of one core each as processes of this machine, all on loopback; and a folder that goes with it.
 */
final class BenchmarkCluster implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  private final Path folder;
  private final JavaSparkContext spark;

  /**
   * Starts the cluster.
   *
   * @param master of Spark; with {@code local-cluster[...]} the environment has to name a {@code
   *     SPARK_HOME}
   * @param executorMemory MiB of an executor's heap
   * @param settings further settings of Spark
   */
  BenchmarkCluster(String master, int executorMemory, Map<String, String> settings) {
    this.folder = newFolder();
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("scripts/bench rounds")
            .set("spark.local.dir", folder.resolve("spark").toString())
            .set("spark.driver.host", LOOPBACK)
            .set("spark.driver.bindAddress", LOOPBACK)
            .set("spark.ui.enabled", "false")
            .set("spark.executor.memory", executorMemory + "m")
            .set("spark.executor.extraClassPath", classPath())
            .set("spark.executor.extraJavaOptions", javaOptions());
    settings.forEach(conf::set);
    this.spark = new JavaSparkContext(conf);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("rounds-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What this JVM has beside Spark's jars, which an executor gets from SPARK_HOME. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("/spark/jars/"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** This JVM's system properties of the job and of its logging; Spark adds the opens itself. */
  private static String javaOptions() {
    return Stream.of(
            "org.bytedeco.javacpp.logger",
            "org.bytedeco.javacpp.maxbytes",
            "org.bytedeco.javacpp.maxphysicalbytes",
            "org.deeplearning4j.crash.reporting.enabled",
            "log4j2.configurationFile")
        .filter(name -> System.getProperty(name) != null)
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .collect(Collectors.joining(" "));
  }

  JavaSparkContext spark() {
    return spark;
  }

  /** A folder for what the benchmark writes itself. */
  Path folder() {
    return folder;
  }

  /** Ends the executors and deletes what they and the benchmark wrote. */
  @Override
  public void close() {
    spark.stop();
    try {
      // Executors that end delete files of theirs at the same time.
      JavaUtils.deleteRecursively(folder.toFile());
    } catch (IOException e) {
      System.err.printf("bench: %s is left behind: %s%n", folder, e.getMessage());
    }
  }
}
