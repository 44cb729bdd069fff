package org.googlenet.report;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.googlenet.run.RunFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a training's events to several listeners, in their order. What shows or counts a training
 * must not end it: the log names a listener that throws, once, and the listener receives nothing
 * more but {@link #close}.
 */
public final class Listeners implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<TrainingListener> all;
  private final Set<TrainingListener> failed = Collections.newSetFromMap(new IdentityHashMap<>());

  public Listeners(List<? extends TrainingListener> listeners) {
    this.all = List.copyOf(listeners);
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
  public synchronized void close() {
    all.forEach(listener -> call(listener, TrainingListener::close));
  }

  private synchronized void each(Consumer<TrainingListener> call) {
    for (TrainingListener listener : all) {
      if (!failed.contains(listener)) {
        call(listener, call);
      }
    }
  }

  /**
   * A listener of another jar may also lack a class, or be of another version of this interface.
   */
  private void call(TrainingListener listener, Consumer<TrainingListener> call) {
    try {
      call.accept(listener);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      if (failed.add(listener)) {
        LOG.warn(
            "{} receives nothing more of this training: {}",
            listener.getClass().getName(),
            e.toString());
      }
      LOG.debug("", e);
    }
  }
}
