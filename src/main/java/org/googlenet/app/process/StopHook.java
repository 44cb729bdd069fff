package org.googlenet.app.process;

import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.googlenet.common.EndSignal;
import org.googlenet.common.ExitCode;

/**
 * Lets work save its state when the JVM is told to end, before Spark stops: Hadoop's shutdown
 * hooks, Spark's among them, run one after the other by priority.
 */
public final class StopHook {

  /** Before Spark's own, and those of {@code --outcome} and {@link ProcessEnd}. */
  private static final int PRIORITY = 1000;

  private StopHook() {}

  /**
   * Runs work with the hook in place.
   *
   * @param stop receives the process's exit code, asks the work to end, and returns when it has
   *     ended
   */
  public static <T> T during(Supplier<T> work, IntConsumer stop) {
    Runnable hook = () -> stop.accept(EndSignal.exitCode().orElse(ExitCode.UNEXPECTED));
    ShutdownHookManager.get().addShutdownHook(hook, PRIORITY, 10, TimeUnit.MINUTES);
    try {
      return work.get();
    } finally {
      if (!ShutdownHookManager.get().isShutdownInProgress()) {
        ShutdownHookManager.get().removeShutdownHook(hook);
      }
    }
  }
}
