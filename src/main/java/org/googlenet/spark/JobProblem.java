package org.googlenet.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.common.Problem;

/**
 * Spark gave up a job for a reason that a user can fix, or wait for. Spark does not have types for
 * these reasons, so they are recognised by its messages (3.5).
 */
public final class JobProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  private enum Reason {
    NO_EXECUTOR(
        7,
        "(no executor was left for [0-9]+ s)",
        "%s; look at the cluster's workers and their logs, then give the same command again"
            + " (--executor-wait waits longer)"),
    RESULT_TOO_LARGE(
        2,
        "Total size of serialized results .* is bigger than (spark\\.driver\\.maxResultSize[^\\n]*)",
        "what a job's tasks return is larger than %s; set it to 0, which sets no limit"),
    OUT_OF_MEMORY(
        2,
        "ExecutorLostFailure .*?(exited with code 52|[Ee]xceeding .*memory limits|OOMKilled)",
        "an executor ran out of memory (%s); raise spark.executor.memory and"
            + " spark.executor.memoryOverhead, or lower training.batch"),
    EXECUTOR_LOST(
        7,
        "(?:ExecutorLostFailure \\(executor (.*)|(FetchFailed[^\\n]*)"
            + "|((?:ResultStage|ShuffleMapStage) [^\\n]*? has failed the maximum allowable number of times))",
        "an executor was lost (%s); look at its log, then give the same command again"),
    STOPPED(
        7,
        "(SparkContext was shut down|stopped SparkContext|Master removed our application[^\\n]*)",
        "Spark ended itself (%s); look at the cluster's master, then give the same command again");

    private final int exitCode;
    private final Pattern words;
    private final String message;

    Reason(int exitCode, String words, String message) {
      this.exitCode = exitCode;
      this.words = Pattern.compile(words);
      this.message = message;
    }
  }

  private JobProblem(Reason reason, String what, Throwable cause) {
    super(printable(reason.message.formatted(what)), cause);
    this.reason = reason;
  }

  /**
   * The reason for ending the jobs of a cluster that has been without an executor for this long.
   */
  static String noExecutor(Duration waited) {
    return "no executor was left for " + waited.toSeconds() + " s";
  }

  /** Executors were lost so often that a job was given up. */
  public static JobProblem executorLost(String what) {
    return new JobProblem(Reason.EXECUTOR_LOST, what, null);
  }

  /**
   * Why Spark gave up a job; empty if it is for none of these reasons, or if the failure contains a
   * {@link Problem}, which says more.
   */
  public static Optional<JobProblem> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem) {
        return Optional.empty();
      }
      for (Reason reason : Reason.values()) {
        Matcher said = reason.words.matcher(String.valueOf(cause.getMessage()));
        if (said.find()) {
          return Optional.of(new JobProblem(reason, what(said), failure));
        }
      }
    }
    return Optional.empty();
  }

  private static String what(Matcher said) {
    for (int group = 1; group <= said.groupCount(); group++) {
      if (said.group(group) != null) {
        return said.group(group).replace(") Reason:", ":").strip();
      }
    }
    return said.group();
  }

  /** Whether the same job may succeed when it is run again. */
  boolean mayPass() {
    return reason == Reason.EXECUTOR_LOST;
  }

  @Override
  public int exitCode() {
    return reason.exitCode;
  }
}
