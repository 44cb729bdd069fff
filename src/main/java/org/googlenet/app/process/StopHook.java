package org.googlenet.app.process;

import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.googlenet.common.EndSignal;
import org.googlenet.common.ExitCode;

/**
 * Has work save what it has come to when the JVM is told to end, before Spark is ended: Hadoop's
 * hooks, Spark's among them, run one after the other by priority.
 */
public final class StopHook {

  /** Above Spark's own, and those of {@code --outcome} and {@link ProcessEnd}. */
  private static final int PRIORITY = 1000;

  private StopHook() {}

  /**
   * Works, with the hook in place.
   *
   * @param stop asks the work to end, and returns when it has; given the process's exit code
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
