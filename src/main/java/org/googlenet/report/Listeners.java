package org.googlenet.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.googlenet.run.RunFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a training's events to several listeners, in their order. A listener must not end a
 * training: one that throws is named in the log, once, and receives no more events.
 */
public final class Listeners implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<TrainingListener> hearing;

  public Listeners(List<? extends TrainingListener> listeners) {
    this.hearing = new ArrayList<>(listeners);
  }

  @Override
  public void begin(RunFiles files) {
    each(listener -> listener.begin(files));
  }

  @Override
  public void on(TrainingEvent event) {
    each(listener -> listener.on(event));
  }

  @Override
  public void close() {
    each(TrainingListener::close);
  }

  private synchronized void each(Consumer<TrainingListener> call) {
    for (TrainingListener listener : List.copyOf(hearing)) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        hearing.remove(listener);
        LOG.warn(
            "{} hears no more of this training: {}", listener.getClass().getName(), e.toString());
        LOG.debug("", e);
      }
    }
  }
}
