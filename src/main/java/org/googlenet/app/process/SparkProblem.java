package org.googlenet.app.process;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;

/**
 * Spark cannot start. The exit code is 7 if waiting may help, as with a cluster that is not up, and
 * 2 if somebody must change something.
 */
public final class SparkProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /** Part of the names of Spark's classes that write the event log. */
  private static final String EVENT_LOG = "EventLog";

  private final int exitCode;

  private SparkProblem(int exitCode, String message, Throwable cause) {
    super(printable(message), cause);
    this.exitCode = exitCode;
  }

  /** A problem that somebody must fix (code 2). */
  static SparkProblem toMend(String message, Throwable cause) {
    return new SparkProblem(ExitCode.USAGE, message, cause);
  }

  /** A problem that may be gone at another try (code 7). */
  static SparkProblem passing(String message, Throwable cause) {
    return new SparkProblem(ExitCode.UNAVAILABLE, message, cause);
  }

  /** The problem of a failed start of Spark. */
  static SparkProblem of(Exception failure, SparkConf conf) {
    Throwable root = Failure.root(failure);
    String why = reason(root);
    String master = conf.get("spark.master", "");
    if (isOfEventLog(root)) {
      String line =
          "spark.eventLog.dir %s: cannot be written (%s); make the folder, name another one, or set spark.eventLog.enabled=false"
              .formatted(conf.get("spark.eventLog.dir", "/tmp/spark-events"), why);
      return root instanceof IOException && !(root instanceof FileNotFoundException)
          ? passing(line, failure)
          : toMend(line, failure);
    }
    if (root instanceof BindException || root instanceof UnknownHostException) {
      return toMend(
          "Spark cannot start with master %s: %s; look at the names and addresses in spark.driver.host, spark.driver.bindAddress, SPARK_LOCAL_IP and of the master"
              .formatted(master, why),
          failure);
    }
    if (root instanceof IOException || why.contains("stopped SparkContext")) {
      return passing(
          "Spark cannot start with master %s: %s; look whether the cluster is up, and try again"
              .formatted(master, why),
          failure);
    }
    return toMend(
        "Spark cannot start with master %s: %s; mend its settings (--verbose shows where)"
            .formatted(master, why),
        failure);
  }

  private static boolean isOfEventLog(Throwable root) {
    return Arrays.stream(root.getStackTrace())
        .anyMatch(frame -> frame.getClassName().contains(EVENT_LOG));
  }

  /** The first line of a failure's message, or else its name: {@code ClosedChannel}. */
  static String reason(Throwable failure) {
    String name = failure.getClass().getName();
    String said = String.valueOf(failure.getMessage());
    String line = said.strip().lines().findFirst().orElse("null");
    if (failure instanceof UnknownHostException) {
      return line + " is not known"; // its message is the host alone
    }
    return (line.equals("null") ? name : line)
        .replaceFirst("^([\\w$]+\\.)+(\\w+?)Exception$", "$2");
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
