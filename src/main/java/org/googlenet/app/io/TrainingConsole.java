package org.googlenet.app.io;

import java.util.function.Consumer;
import org.googlenet.report.JsonLines;
import org.googlenet.report.ProgressBar;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingListener;

/** Shows a training's events on stdout, for people or as lines of JSON. */
public final class TrainingConsole implements TrainingListener {

  private final ProgressBar bar = new ProgressBar(System.out, onTerminal());
  private final TrainingListener shown;
  private final Consumer<Object> ended;

  /**
   * @param json whether to show events as lines of JSON
   * @param ended receives the event that ends the training, as JSON has it
   */
  public TrainingConsole(boolean json, Consumer<Object> ended) {
    this.shown = json ? new JsonLines(System.out) : bar;
    this.ended = ended;
  }

  @SuppressWarnings("SystemConsoleNull") // in Java 17 null means that there is no terminal
  private static boolean onTerminal() {
    return System.console() != null;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof RunFinished
        || event instanceof AlreadyFinished
        || event instanceof Interrupted) {
      ended.accept(JsonLines.json(event)); // first: a result does not depend on a display
    }
    shown.on(event);
  }

  @Override
  public void close() {
    bar.close();
  }
}
