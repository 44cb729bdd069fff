package org.googlenet.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;

/**
 * The state of a run, as {@code outcome.json} reports it to schedulers that cannot see the exit
 * code.
 *
 * @param code the exit code, or null while a driver is at work
 * @param reason one line
 * @param checkpoint the newest one, or null if there is none
 * @param term the term that wrote this
 */
public record Outcome(Integer code, String reason, CheckpointId checkpoint, int term) {

  /** The reason of a driver that was asked to stop, and has saved its state. */
  public static final String INTERRUPTED = "interrupted";

  static final String NAME = "outcome.json";

  public Outcome {
    Objects.requireNonNull(reason, "reason");
  }

  /** Records that a driver has begun to work. */
  public static void running(Lease lease) throws IOException {
    CheckpointId start = lease.start().map(Manifest::id).orElse(null);
    write(lease, new Outcome(null, "running", start, lease.term().number()));
  }

  /**
   * Records how a driver's work ended; must be called before the lease is ended.
   *
   * @throws RunHeldProblem if another driver has taken the run: its outcome counts then
   */
  public static void ended(Lease lease, int code, String reason, Optional<CheckpointId> newest)
      throws IOException {
    write(lease, new Outcome(code, reason, newest.orElse(null), lease.term().number()));
  }

  /** The outcome of a run; empty if none was ever written. */
  public static Optional<Outcome> read(ObjectStore run) throws IOException {
    try {
      return Optional.of(Json.read(run, NAME, Outcome.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Whether the last driver ended with code 0. */
  @JsonIgnore
  public boolean isDone() {
    return code != null && code == 0;
  }

  /** Whether the last driver was asked to stop, and has saved its state. */
  @JsonIgnore
  public boolean isInterrupted() {
    return reason.equals(INTERRUPTED);
  }

  private static void write(Lease lease, Outcome outcome) throws IOException {
    lease.check();
    lease.run().overwrite(NAME, Json.body(outcome));
  }
}
