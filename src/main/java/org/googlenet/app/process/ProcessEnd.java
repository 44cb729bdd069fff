package org.googlenet.app.process;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.util.SignalUtils;
import org.googlenet.common.EndSignal;
import org.googlenet.common.ExitCode;
import org.googlenet.storage.Stores;

/**
 * Ensures that this process ends with one of the program's exit codes, and that what is reported of
 * the end agrees with it: the command's code, a signal's, or 1 if something else calls {@code
 * System.exit}, as Spark does when it cannot go on.
 */
public final class ProcessEnd {

  public static final String NOT_OURS =
      "Spark ended this process; --verbose shows its lines from before, which say why";

  /** The last of Hadoop's hooks, after Spark's own. */
  private static final int PRIORITY = 1;

  /** How long failing storage is retried once the process has been told to end. */
  private static final Duration STORAGE = Duration.ofSeconds(10);

  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /** The stream from before {@link EmbeddedSpark} silences it. */
  private final PrintStream stderr = System.err;

  private volatile boolean isOurs;

  private ProcessEnd() {}

  /** Starts to watch. A signal that the process ignores, as under nohup, stays ignored. */
  public static ProcessEnd watch() {
    SIGNALS.forEach(
        (name, number) ->
            SignalUtils.register(
                name,
                () -> {
                  EndSignal.received(number);
                  Stores.hurry(STORAGE);
                  return false; // leaves it to the JVM, which ends as usual
                }));
    ProcessEnd end = new ProcessEnd();
    ShutdownHookManager.get().addShutdownHook(end::halt, PRIORITY);
    return end;
  }

  /** Notes that an exit from now on is the program's own. */
  public void isOurs() {
    isOurs = true;
  }

  private void halt() {
    if (!isOurs && EndSignal.exitCode().isEmpty()) {
      stderr.println("googlenet: " + NOT_OURS);
      Runtime.getRuntime().halt(ExitCode.UNEXPECTED);
    }
  }
}
