package org.googlenet.report;

import java.util.List;

/** Hears the events of a training, one after the other. */
@FunctionalInterface
public interface TrainingListener {

  /** Takes note of an event; the training waits meanwhile. */
  void on(TrainingEvent event);

  /** One listener that passes each event to several, in their order. */
  static TrainingListener all(List<TrainingListener> listeners) {
    List<TrainingListener> inOrder = List.copyOf(listeners);
    return event -> inOrder.forEach(listener -> listener.on(event));
  }
}
