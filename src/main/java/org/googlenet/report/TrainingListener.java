package org.googlenet.report;

import org.googlenet.run.RunFiles;

/**
 * Receives the events of a training, one after the other, and does not influence it. {@link
 * TrainingEvent} shows where each event comes.
 */
@FunctionalInterface
public interface TrainingListener extends AutoCloseable {

  /**
   * A driver has taken the run. Called once, before the events of its work but after those of a
   * wait for the run.
   *
   * @param files of the run, for what the listener wants to store there
   */
  default void begin(RunFiles files) {}

  /**
   * Receives an event; the training waits meanwhile. A listener that throws receives no more
   * events.
   *
   * @param event a value; it may be kept
   */
  void on(TrainingEvent event);

  /** Called by whoever made the listener when no more events will come. */
  @Override
  default void close() {}
}
