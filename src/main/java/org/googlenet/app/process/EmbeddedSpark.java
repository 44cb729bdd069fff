package org.googlenet.app.process;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * A Spark inside the command's own JVM that ends quietly: it closes only after its tasks have
 * ended, and prints nothing once the JVM has been told to end.
 */
public final class EmbeddedSpark extends JavaSparkContext {

  /** After a training has saved its state ({@link StopHook}), before Spark stops itself. */
  private static final int PRIORITY = 900;

  private final RunningTasks tasks = new RunningTasks();
  private final Runnable silence = EmbeddedSpark::silence;

  EmbeddedSpark(SparkConf conf) {
    super(conf);
    sc().addSparkListener(tasks);
    ShutdownHookManager.get().addShutdownHook(silence, PRIORITY);
  }

  /**
   * Turns off the log and stderr: whatever Spark is doing when it is stopped fails with a stack
   * trace, in the log or, from Scala's futures, on stderr.
   */
  private static void silence() {
    Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  /**
   * Waits for tasks first: a task that is still running after its job failed would find Spark and
   * its files gone, and leave its own files behind.
   */
  @Override
  public void close() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      tasks.awaitNone();
      ShutdownHookManager.get().removeShutdownHook(silence);
    }
    super.close();
  }

  /** Counts the running tasks. */
  private static final class RunningTasks extends SparkListener {

    /** Enough for a local step, which a worker still finishes when it is asked to end. */
    private static final long MOST_MILLIS = 30_000;

    private int running;

    @Override
    public synchronized void onTaskStart(SparkListenerTaskStart start) {
      running++;
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      running--;
      notifyAll();
    }

    synchronized void awaitNone() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
      try {
        long left = MOST_MILLIS;
        while (running > 0 && left > 0) {
          wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
