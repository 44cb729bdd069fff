package org.googlenet.app.io;

/**
 * How much of what goes on is shown, and how.
 *
 * @param quiet whether only warnings and the last line are shown
 * @param redrawn whether a line may be redrawn where the terminal can do that
 */
public record Display(boolean quiet, boolean redrawn, Terminal terminal) {

  /** Whether a line is redrawn. */
  boolean redraws() {
    return redrawn && !quiet && terminal.redraws();
  }
}
