package org.googlenet.app.process;

import java.util.List;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Silences Spark's log until Spark is open: a failed start logs hundreds of lines, and the command
 * says the same in one.
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

  private SparkLog() {}

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
