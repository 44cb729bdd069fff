package org.googlenet.report;

import java.io.PrintStream;
import java.util.Locale;
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
 * <p>The redrawn line begins with what matters most, since a narrow terminal cuts the line off
 * instead of wrapping it. The escape sequences are those of ECMA-48 and DEC's VT100.
 */
public final class ProgressBar implements TrainingListener {

  private static final int CELLS = 10;
  private static final String CLEAR = "\r\033[K";
  private static final String NO_WRAP = "\033[?7l";
  private static final String WRAP = "\033[?7h";

  private final PrintStream out;
  private final boolean interactive;
  private RoundFinished drawn;

  /**
   * @param interactive whether {@code out} is a terminal
   */
  public ProgressBar(PrintStream out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  @Override
  public synchronized void on(TrainingEvent event) {
    if (event instanceof RunFailed) {
      close(); // whoever runs the training learns of it from its exception
    } else if (event instanceof RoundTimed || event instanceof Weights) {
      return; // RoundFinished says what people want to know
    } else if (!interactive) {
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
    print(CLEAR + NO_WRAP + line(round) + WRAP);
  }

  private static String line(RoundFinished round) {
    return String.format(
        Locale.ROOT,
        "round %d/%d %s %s left, %s, lr %.3g, %.1f images/s%s%s",
        round.round(),
        round.rounds(),
        bar(round),
        EventText.shortly(round.remaining()),
        round.loss(),
        round.learningRate(),
        round.imagesPerSecond(),
        EventText.waiting(round.waitShare()),
        round.quarantined() == 0
            ? ""
            : ", " + EventText.count(round.quarantined(), "bad record") + " passed over");
  }

  private static String bar(RoundFinished round) {
    int full = (int) ((long) CELLS * round.round() / Math.max(1, round.rounds()));
    int cells = Math.min(CELLS, full);
    return "[" + "#".repeat(cells) + "-".repeat(CELLS - cells) + "]";
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
