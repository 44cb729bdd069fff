package org.googlenet.training;

import org.googlenet.report.JsonLines;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;

/**
 * Receives a training's events first: keeps those since the last checkpoint as JSON lines, which
 * are saved with the next one, and passes each event on.
 */
final class EventLog implements TrainingListener {

  private final StringBuilder text = new StringBuilder();
  private final JsonLines lines = new JsonLines(text);
  private final TrainingListener next;

  /**
   * @param next receives the events after this
   */
  EventLog(TrainingListener next) {
    this.next = next;
  }

  @Override
  public void on(TrainingEvent event) {
    lines.on(event);
    next.on(event);
  }

  void warn(String message) {
    on(new TrainingEvent.Warned(message));
  }

  /** Puts lines before all others: those of an earlier driver. */
  void addBefore(String jsonLines) {
    text.insert(0, jsonLines);
  }

  /** Returns the lines since the last call. */
  String take() {
    String taken = text.toString();
    text.setLength(0);
    return taken;
  }
}
