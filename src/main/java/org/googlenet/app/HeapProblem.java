package org.googlenet.app;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.googlenet.config.Problem;

/** The Java heap is too small for any work of Spark's. */
final class HeapProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /** One and a half times what Spark keeps for itself. */
  private static final long LEAST = 450L << 20;

  private HeapProblem(String message) {
    super(message);
  }

  /** Refuses a heap that Spark would refuse, with the setting that this JVM's comes from. */
  static void requireRoomForSpark(SparkConf conf) {
    long heap = Runtime.getRuntime().maxMemory();
    if (heap < LEAST) {
      boolean submitted = conf.contains("spark.submit.deployMode");
      throw new HeapProblem(
          String.format(
              Locale.ROOT,
              "the Java heap of %d MB is too small, Spark needs %d; set %s",
              heap >> 20,
              LEAST >> 20,
              submitted ? "spark.driver.memory=1g" : "GOOGLENET_JAVA_OPTS=-Xmx1g"));
    }
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
