package org.googlenet.app.print;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.util.ShutdownHookManager;
import org.googlenet.app.ExitCode;
import org.googlenet.common.EndSignal;
import org.googlenet.report.JsonLines;
import org.googlenet.report.ProgressBar;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingListener;
import org.googlenet.training.TrainingJob;

/** Shows a training on stdout, and has it save its state when the JVM is told to end. */
public final class TrainingConsole implements TrainingListener, AutoCloseable {

  private final ProgressBar bar = new ProgressBar(System.out, onTerminal());
  private final TrainingListener shown;
  private final Consumer<Object> ended;

  /**
   * @param json whether events are shown as lines of JSON
   * @param ended is told the event that ends the training, as JSON has it
   */
  public TrainingConsole(boolean json, Consumer<Object> ended) {
    this.shown = json ? new JsonLines(System.out) : bar;
    this.ended = ended;
  }

  @SuppressWarnings("SystemConsoleNull") // Java 17, where null says that there is no terminal
  private static boolean onTerminal() {
    return System.console() != null;
  }

  @Override
  public void on(TrainingEvent event) {
    shown.on(event);
    if (event instanceof RunFinished
        || event instanceof AlreadyFinished
        || event instanceof Interrupted) {
      ended.accept(JsonLines.json(event));
    }
  }

  /** Ends before Spark does when the JVM is told to end, so that the state is saved. */
  public TrainingJob.End run(TrainingJob job) {
    Runnable stop = () -> job.stop(EndSignal.exitCode().orElse(ExitCode.UNEXPECTED));
    ShutdownHookManager.get().addShutdownHook(stop, 1000, 10, TimeUnit.MINUTES);
    try {
      return job.run();
    } finally {
      if (!ShutdownHookManager.get().isShutdownInProgress()) {
        ShutdownHookManager.get().removeShutdownHook(stop);
      }
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
