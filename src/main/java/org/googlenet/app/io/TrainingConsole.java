package org.googlenet.app.io;

import java.util.function.Consumer;
import org.googlenet.report.JsonLines;
import org.googlenet.report.ProgressBar;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Quarantined;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.report.TrainingListener;

/** Shows a training's events on stdout, for people or as lines of JSON. */
public final class TrainingConsole implements TrainingListener {

  private final Display display;
  private final ProgressBar bar;
  private final TrainingListener shown;
  private final Consumer<Object> ended;

  /**
   * @param json whether to show events as lines of JSON
   * @param ended receives the event that ends the training, as JSON has it
   */
  public TrainingConsole(Display display, boolean json, Consumer<Object> ended) {
    this.display = display;
    this.bar =
        display.redraws()
            ? ProgressBar.redrawn(System.out, display.terminal()::columns)
            : ProgressBar.plain(System.out);
    this.shown = json ? new JsonLines(System.out) : bar;
    this.ended = ended;
  }

  @Override
  public void on(TrainingEvent event) {
    if (isEnd(event)) {
      ended.accept(JsonLines.json(event)); // first: a result does not depend on a display
    }
    if (!display.quiet() || isEnd(event) || isWarning(event)) {
      shown.on(event);
    }
  }

  private static boolean isEnd(TrainingEvent event) {
    return event instanceof RunFinished
        || event instanceof AlreadyFinished
        || event instanceof Interrupted;
  }

  private static boolean isWarning(TrainingEvent event) {
    return event instanceof Warned
        || event instanceof Rewound
        || event instanceof Quarantined
        || event instanceof RunFailed;
  }

  /** Draws again what is redrawn, for a terminal that has another width now. */
  public void resized() {
    display.terminal().resized();
    bar.redraw();
  }

  @Override
  public void close() {
    bar.close();
  }
}
