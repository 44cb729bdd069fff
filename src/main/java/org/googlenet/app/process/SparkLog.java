package org.googlenet.app.process;

import java.util.List;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Keeps out what Spark logs until it is open: of a start that fails, hundreds of lines, where the
 * command says the same in one.
 */
public final class SparkLog {

  /** Spark, what it shades, and the clients with which it asks for executors. */
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

  /** Back to what the logging's configuration says; at the end of the JVM all stays as it is. */
  public static void asConfigured() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      LoggerContext.getContext(false).reconfigure();
    }
  }
}
