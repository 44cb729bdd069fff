package org.googlenet.app.process;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.spark.TaskCores;

/**
 * Opens Spark: on the cluster that spark-submit names, or an embedded local one that listens on
 * loopback only.
 */
public final class SparkSessions {

  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Settings that Spark's log and UI do not show: its own pattern, and Hadoop's further keys
   * ({@code fs.s3a.encryption.key}, {@code fs.azure.account.key.NAME}).
   */
  private static final String SECRETS =
      "(?i)secret|password|passphrase|token|access[.]?key|[.]key(?![a-z])";

  private static final String METRICS = "spark.metrics.conf";

  private SparkSessions() {}

  /**
   * Opens a session.
   *
   * @param tasks how many tasks the work has at a time; a local Spark divides the cores among them
   * @throws SparkProblem if Spark cannot start
   */
  public static JavaSparkContext open(String command, SparkConf conf, int tasks) {
    conf.setIfMissing("spark.app.name", "googlenet " + command);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // OpenCV would print its own lines about images that the job refuses in one line.
    conf.setIfMissing("spark.executorEnv.OPENCV_LOG_LEVEL", "SILENT");
    conf.setIfMissing("spark.redaction.regex", SECRETS);
    // Kryo of Spark 3.5 cannot write Java records.
    conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    // Our own rounds return little, but dl4j-spark's workers return whole models in their results.
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    metrics(conf);
    if (isLocal(conf)) {
      local(conf, tasks);
    } else if (conf.contains("spark.executor.cores")) {
      // One task per executor, which computes with all cores and holds its own network.
      conf.setIfMissing(TaskCores.SETTING, conf.get("spark.executor.cores"));
    }
    DriverMachine.requireAddress(conf);
    DriverMachine.requireLocalFolder(conf);
    String master = conf.get("spark.master");
    if (master.startsWith(StandaloneMasters.PREFIX)) {
      StandaloneMasters.require(conf);
    } else if (master.equals("yarn")) {
      yarn(conf);
    }
    JavaSparkContext context = start(conf);
    SparkLog.asConfigured();
    return context;
  }

  /**
   * Where Spark's UI is on, its page {@code /metrics/prometheus} has the driver's metrics, under
   * names that are the same in each run; unless the user's own file says what has them.
   */
  private static void metrics(SparkConf conf) {
    if (conf.getBoolean("spark.ui.enabled", true)
        && conf.getAllWithPrefix(METRICS).length == 0
        && !hasMetricsFile()) {
      conf.setIfMissing("spark.metrics.namespace", "googlenet");
      String sink = METRICS + ".driver.sink.prometheusServlet.";
      conf.setIfMissing(sink + "class", "org.apache.spark.metrics.sink.PrometheusServlet");
      conf.setIfMissing(sink + "path", "/metrics/prometheus");
    }
  }

  /** Spark reads it by itself, and its sinks may count on the names that Spark gives. */
  private static boolean hasMetricsFile() {
    String home = System.getenv("SPARK_HOME");
    String folder = System.getenv().getOrDefault("SPARK_CONF_DIR", home + "/conf");
    return home != null && Files.exists(Path.of(folder, "metrics.properties"));
  }

  private static JavaSparkContext start(SparkConf conf) {
    try {
      return isLocal(conf) ? new EmbeddedSpark(conf) : new JavaSparkContext(conf);
    } catch (Exception e) { // of any type, as Scala does not declare any
      if (ShutdownHookManager.get().isShutdownInProgress()) {
        throw e;
      }
      throw SparkProblem.of(e, conf);
    }
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "local").startsWith("local");
  }

  /**
   * Whether this JVM is a driver that YARN has started, in cluster mode. It does not use Spark's
   * classes, which cannot be loaded on every machine.
   */
  public static boolean isYarnsDriver() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * Limits retries: Hadoop's client would ask a resource manager for a quarter of an hour if that
   * is down.
   */
  private static void yarn(SparkConf conf) {
    conf.setIfMissing("spark.hadoop.yarn.resourcemanager.connect.max-wait.ms", "30000");
    conf.setIfMissing("spark.hadoop.yarn.resourcemanager.connect.retry-interval.ms", "5000");
    conf.setIfMissing("spark.hadoop.ipc.client.connect.max.retries", "3");
  }

  private static void local(SparkConf conf, int tasks) {
    DriverMachine.requireHeap(conf);
    int cores = Runtime.getRuntime().availableProcessors();
    conf.setIfMissing("spark.master", "local[" + cores + "]");
    conf.setIfMissing(TaskCores.SETTING, Integer.toString(cores / Math.min(tasks, cores)));
    conf.setIfMissing("spark.driver.host", LOOPBACK);
    conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
    conf.setIfMissing("spark.ui.enabled", "false");
    // If a task ran out of memory, Spark would end the JVM, and the command with it.
    conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
  }
}
