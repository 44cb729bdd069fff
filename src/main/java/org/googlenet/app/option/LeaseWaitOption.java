package org.googlenet.app.option;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.LeaseWait;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine.Option;

/** The option {@code --lease-wait} of commands that take a run which another driver may hold. */
public final class LeaseWaitOption {

  @Option(
      names = "--lease-wait",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to wait for another driver that holds the run, as in 10m, before ending with"
              + " code 4 (default: not at all).")
  private Duration duration = Duration.ZERO;

  /**
   * Waits until no driver holds a recipe's run. Call it before asking a cluster for anything: the
   * driver that is waited for may have all of it.
   *
   * @param listener is notified of the driver that is waited for
   * @return the time that is left, in case another driver is quicker
   * @throws org.googlenet.run.RunHeldProblem if the run is still held when the time is over
   */
  public Duration await(Recipe recipe, Stores stores, TrainingListener listener) {
    if (duration.isZero()) {
      return duration;
    }
    Clock clock = Clock.systemUTC();
    Instant until = clock.instant().plus(duration);
    String location = recipe.location();
    ObjectStore run = stores.open(location);
    LeaseWait wait =
        new LeaseWait(
            duration,
            clock,
            LeaseWait.Pause::asleep,
            (holder, end) ->
                listener.on(
                    new TrainingEvent.Waiting(
                        location, holder.owner(), holder.number(), EventText.time(end))));
    try {
      wait.untilFree(run);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
    Duration left = Duration.between(clock.instant(), until);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
