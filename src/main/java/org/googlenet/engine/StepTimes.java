package org.googlenet.engine;

import java.util.List;
import org.googlenet.engine.onednn.Plan;

/**
 * Where the time of a training step or a forward pass went.
 *
 * @param seconds of the whole, while each operation was timed
 * @param updateSeconds of these, for the update of the parameters
 * @param operations the library's calls, in their order
 */
public record StepTimes(double seconds, double updateSeconds, List<Plan.Timing> operations) {

  public StepTimes {
    operations = List.copyOf(operations);
  }

  /** What the engine does beside: input, dropout, losses. */
  public double restSeconds() {
    double known = updateSeconds;
    for (Plan.Timing operation : operations) {
      known += operation.seconds();
    }
    return Math.max(0, seconds - known);
  }
}
