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
 * Sees to it that this process ends with one of the program's exit codes, and that what is told of
 * the end agrees with it: with a command's own, with a signal's, or, where something else calls
 * {@code System.exit}, as Spark does when it is at its wits' end, with 1.
 */
public final class ProcessEnd {

  public static final String NOT_OURS =
      "Spark ended this process; --verbose shows its lines from before, which say why";

  /** The last of Hadoop's hooks, after Spark's own. */
  private static final int PRIORITY = 1;

  /** How long storage that fails is tried again once the process is told to end. */
  private static final Duration STORAGE = Duration.ofSeconds(10);

  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /** As it is before {@link EmbeddedSpark} silences it. */
  private final PrintStream stderr = System.err;

  private volatile boolean isOurs;

  private ProcessEnd() {}

  /** Watches from now on. A signal that the process ignores, as under nohup, stays ignored. */
  public static ProcessEnd watch() {
    SIGNALS.forEach(
        (name, number) ->
            SignalUtils.register(
                name,
                () -> {
                  EndSignal.received(number);
                  Stores.hurry(STORAGE);
                  return false; // for the JVM, which ends as ever
                }));
    ProcessEnd end = new ProcessEnd();
    ShutdownHookManager.get().addShutdownHook(end::halt, PRIORITY);
    return end;
  }

  /** From here on an exit is the program's own. */
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
