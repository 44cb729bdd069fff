package org.googlenet.run;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.googlenet.storage.ObjectStore;

/**
 * Deletes the checkpoints of a run that its retention does not keep, without training. It acts as a
 * driver of the run, by a term of its own that goes on from the newest checkpoint that verifies.
 *
 * @param deleted the checkpoints that are deleted, or would be; they include all outside the
 *     history
 * @param kept the checkpoints that stay
 * @param warnings one line per damaged checkpoint that is newer than all that verify
 */
public record Pruning(List<CheckpointId> deleted, Set<CheckpointId> kept, List<String> warnings) {

  /**
   * What {@link #of} would do; nothing is changed.
   *
   * @throws RunHeldProblem if a driver holds the run
   * @throws CheckpointProblem if there is no run, or none of its checkpoints verifies: then nothing
   *     may be deleted that could still be restored
   */
  public static Pruning plan(ObjectStore run, Retention retention, Clock clock) throws IOException {
    Inventory inventory = Inventory.of(run);
    RunHistory history = inventory.history();
    Optional<Term> last = history.lastTerm();
    if (last.isPresent() && !last.get().isOver(clock.millis())) {
      throw RunHeldProblem.held(run.location(), last.get());
    }
    if (!history.isWhole()) {
      throw new CheckpointProblem(String.join("; ", history.gaps()));
    }
    RunHistory.Verified start = history.newestThatVerifies(run);
    CheckpointId newest =
        start
            .manifest()
            .map(Manifest::id)
            .orElseThrow(
                () ->
                    new CheckpointProblem(
                        run.location()
                            + ": has no checkpoint that verifies, so nothing is deleted;"
                            + " 'googlenet checkpoints verify' says what is wrong"));
    Set<CheckpointId> kept =
        retention.kept(
            history.checkpoints().stream().filter(m -> m.id().compareTo(newest) <= 0).toList());
    List<CheckpointId> deleted =
        inventory.items().stream()
            .map(Inventory.Item::id)
            .filter(id -> !kept.contains(id))
            .toList();
    return new Pruning(deleted, kept, start.warnings());
  }

  /**
   * Takes the run, deletes, and gives the run back. If this is interrupted, the next pruning or
   * driver deletes the rest.
   *
   * @param owner identifies this driver and no other, as {@link Lease#newOwner} does
   * @param length how long the run stays held if this driver dies
   * @throws RunHeldProblem if another driver holds the run
   * @throws CheckpointProblem as {@link #plan} throws it
   */
  public static Pruning of(
      ObjectStore run, Retention retention, String owner, Duration length, Clock clock)
      throws IOException {
    Pruning plan = plan(run, retention, clock);
    try (Lease lease = Lease.acquire(run, owner, length, clock)) {
      List<CheckpointId> deleted = retention.apply(lease);
      lease.end();
      return new Pruning(deleted, plan.kept(), plan.warnings());
    }
  }
}
