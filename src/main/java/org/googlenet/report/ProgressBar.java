package org.googlenet.report;

import java.io.PrintStream;
import java.util.function.IntSupplier;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.Weights;

/**
 * Shows a training to people: on a terminal, one line that is redrawn after each round, with the
 * other events above it; elsewhere a plain line per event.
 *
 * <p>The redrawn line is a {@link ProgressLine}, which fits the terminal. It does not wrap either
 * if the terminal has become narrower just now. The escape sequences are those of ECMA-48 and DEC's
 * VT100; each is undone in the same write, so that the end of the process leaves nothing behind.
 */
public final class ProgressBar implements TrainingListener {

  private static final String CLEAR = "\r\033[K";
  private static final String NO_WRAP = "\033[?7l";
  private static final String WRAP = "\033[?7h";

  private final PrintStream out;
  private final IntSupplier columns;
  private RoundFinished drawn;

  /** Null columns mean that nothing is redrawn. */
  private ProgressBar(PrintStream out, IntSupplier columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Plain lines only. */
  public static ProgressBar plain(PrintStream out) {
    return new ProgressBar(out, null);
  }

  /**
   * A line that is redrawn.
   *
   * @param columns of the terminal, asked each time that the line is drawn
   */
  public static ProgressBar redrawn(PrintStream out, IntSupplier columns) {
    return new ProgressBar(out, columns);
  }

  @Override
  public synchronized void on(TrainingEvent event) {
    if (event instanceof RunFailed) {
      close(); // whoever runs the training learns of it from its exception
    } else if (event instanceof RoundTimed || event instanceof Weights) {
      return; // RoundFinished says what people want to know
    } else if (columns == null) {
      print(event.text() + "\n");
    } else if (event instanceof RoundFinished round) {
      draw(round);
    } else if (event instanceof RunFinished || event instanceof Interrupted) {
      close();
      print(event.text() + "\n");
    } else {
      aboveTheBar(event.text());
    }
  }

  /** Draws the line again, for a terminal that has another width now. */
  public synchronized void redraw() {
    if (drawn != null) {
      draw(drawn);
    }
  }

  private void aboveTheBar(String line) {
    if (drawn == null) {
      print(line + "\n");
    } else {
      print(CLEAR + line + "\n");
      draw(drawn);
    }
  }

  private void draw(RoundFinished round) {
    drawn = round;
    print(CLEAR + NO_WRAP + ProgressLine.of(round, columns.getAsInt()) + WRAP);
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }

  /** Leaves the line as it is and begins a new one, so that others can write. */
  @Override
  public synchronized void close() {
    if (drawn != null) {
      drawn = null;
      print("\n");
    }
  }
}
