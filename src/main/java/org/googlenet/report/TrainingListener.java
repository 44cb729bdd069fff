package org.googlenet.report;

import org.googlenet.run.RunFiles;

/**
 * Hears the events of a training, one after the other, and does not decide anything of it. {@link
 * TrainingEvent} draws where each comes.
 */
@FunctionalInterface
public interface TrainingListener extends AutoCloseable {

  /**
   * A driver has taken the run. Called once, before the events of its work but after those of a
   * wait for the run.
   *
   * @param files of the run, for what the listener wants to keep there
   */
  default void begin(RunFiles files) {}

  /**
   * Takes note of an event; the training waits meanwhile. One that throws hears no more.
   *
   * @param event a value; it may be kept
   */
  void on(TrainingEvent event);

  /** Nothing more will come, by whoever made the listener. */
  @Override
  default void close() {}
}
