package org.googlenet.report.metrics;

import java.util.Locale;

/** What a training is doing, as the metric {@link Metric#STATE} has it. */
enum State {
  WAITING,
  RUNNING,
  FINISHED,
  INTERRUPTED,
  FAILED;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
