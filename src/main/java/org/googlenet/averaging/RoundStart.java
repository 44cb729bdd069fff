package org.googlenet.averaging;

import java.io.Serializable;

/** What a round's workers start from; it travels with their tasks and is small. */
public interface RoundStart extends Serializable {

  /**
   * The state, without what only the driver needs; shared by the tasks of a JVM, so it must not be
   * changed. With compression its values are rounded, both on a cluster and in one process; the
   * driver keeps the exact ones.
   */
  TrainingState state();
}
