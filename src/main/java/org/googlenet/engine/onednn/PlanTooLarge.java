package org.googlenet.engine.onednn;

import java.util.Locale;

/** The system does not have the memory outside the Java heap that a plan needs. */
public final class PlanTooLarge extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PlanTooLarge(long bytes) {
    super(
        String.format(
            Locale.ROOT,
            "a plan needs %,d MB outside the Java heap, and the system has not so much; take a smaller batch (training.batch of a recipe, --batch of evaluate and predict)",
            Math.round(bytes / 1e6)));
  }
}
