package org.googlenet.run;

import java.io.IOException;
import java.time.Clock;
import org.googlenet.storage.ObjectStore;

/**
 * A driver of a run as the model checker knows it. What it does next must depend on nothing but the
 * answers to its calls so far, since it is run again and again up to its next call.
 */
@FunctionalInterface
interface Driver {

  /**
   * Does the driver's work; ends quietly if the run is held by another or lost.
   *
   * @param store holds the run in a folder
   * @throws IOException if the store fails; the driver has died of it then
   */
  void work(ObjectStore store, Clock clock, Journal journal) throws IOException;

  /** What a driver knows to be so, for the checker. */
  interface Journal {

    /** A checkpoint was acknowledged; its rounds from the beginning, each with who trained it. */
    void acknowledged(String rounds);

    /** The run was taken back to a checkpoint, on purpose; "" for the beginning. */
    void rewound(String rounds);
  }
}
