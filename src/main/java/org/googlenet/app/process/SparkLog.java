package org.googlenet.app.process;

import java.util.List;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * What is logged: as {@code conf/log4j2.properties} and the command line say, but of Spark nothing
 * until it is open, since a failed start logs hundreds of lines, and the command says the same in
 * one.
 */
public final class SparkLog {

  /** Spark, its shaded libraries, and the clients with which it requests executors. */
  private static final List<String> LOGGERS =
      List.of(
          "org.apache.spark",
          "org.sparkproject",
          "org.apache.hadoop.yarn",
          "io.fabric8",
          "io.netty");

  /** The environment variable that {@code conf/log4j2.properties} reads, too. */
  public static final String FORMAT_VARIABLE = "GOOGLENET_LOG_FORMAT";

  /** The system properties that it reads. */
  private static final String FORMAT = "googlenet.log.format";

  private static final String LEVEL = "googlenet.log.level";

  private SparkLog() {}

  /**
   * Has the log written as the command line says. A configuration of the user's own may ignore it.
   *
   * @param json whether each line is a JSON object
   * @param quiet whether the job logs warnings only
   */
  public static void configure(boolean json, boolean quiet) {
    boolean isUsual =
        !json
            && !quiet
            && System.getProperty(FORMAT) == null
            && System.getenv(FORMAT_VARIABLE) == null;
    if (!isUsual) {
      System.setProperty(FORMAT, json ? "json" : "text");
      System.setProperty(LEVEL, quiet ? "warn" : "info");
      asConfigured();
    }
  }

  public static void silence() {
    LOGGERS.forEach(logger -> Configurator.setAllLevels(logger, Level.OFF));
  }

  /** Restores the configured logging, except while the JVM is ending. */
  public static void asConfigured() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      LoggerContext.getContext(false).reconfigure();
    }
  }
}
