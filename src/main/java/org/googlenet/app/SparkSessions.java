package org.googlenet.app;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Opens Spark: the cluster that spark-submit names, or an embedded local one that listens on
 * loopback only.
 */
final class SparkSessions {

  private static final String LOOPBACK = "127.0.0.1";

  private SparkSessions() {}

  /**
   * Opens a session.
   *
   * @param tasks how many tasks the work has at a time; a local Spark gives each its share of the
   *     cores
   */
  static JavaSparkContext open(String command, SparkConf conf, int tasks) {
    conf.setIfMissing("spark.app.name", "googlenet " + command);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // Parameters and their sums hardly compress: LZ4 would take longer than what it saves.
    conf.setIfMissing("spark.broadcast.compress", "false");
    conf.setIfMissing("spark.shuffle.compress", "false");
    conf.setIfMissing("spark.shuffle.spill.compress", "false");
    // OpenCV would print its own lines about images that the job refuses in one.
    conf.setIfMissing("spark.executorEnv.OPENCV_LOG_LEVEL", "SILENT");
    // Kryo of Spark 3.5 cannot write Java records.
    conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    if (isLocal(conf)) {
      local(conf, tasks);
    } else if (conf.contains("spark.executor.cores")) {
      // One task an executor: it computes with all cores and holds a network of its own.
      conf.setIfMissing("spark.task.cpus", conf.get("spark.executor.cores"));
    }
    return isLocal(conf) ? new EmbeddedSpark(conf) : new JavaSparkContext(conf);
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "local").startsWith("local");
  }

  /** Whether this JVM is a driver that YARN has started, in cluster mode. */
  static boolean isYarnsDriver() {
    SparkConf conf = new SparkConf();
    return conf.get("spark.master", "").equals("yarn")
        && conf.get("spark.submit.deployMode", "").equals("cluster");
  }

  private static void local(SparkConf conf, int tasks) {
    int cores = Runtime.getRuntime().availableProcessors();
    conf.setIfMissing("spark.master", "local[" + cores + "]");
    conf.setIfMissing("spark.task.cpus", Integer.toString(cores / Math.min(tasks, cores)));
    conf.setIfMissing("spark.driver.host", LOOPBACK);
    conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
  }
}
