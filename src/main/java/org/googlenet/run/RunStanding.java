package org.googlenet.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;

/**
 * How a run stands, by the small objects that it keeps beside its blobs.
 *
 * @param state what became of its last driver
 * @param owner the last driver; null if it is not known
 * @param code that driver's exit code; null if it has none yet, or left none
 * @param reason one line of that driver, or why the run is lost; null while it runs
 * @param term the last term; empty if its object is lost
 * @param newest the newest checkpoint; empty if there is none
 * @param top1 of the newest checkpoint that was evaluated, 0 to 1; null if none was
 * @param bestTop1 of the best checkpoint that the run still has; null if none was evaluated
 */
public record RunStanding(
    State state,
    String owner,
    Integer code,
    String reason,
    Optional<Term> term,
    Optional<Manifest> newest,
    Double top1,
    Double bestTop1) {

  /** What became of a run's last driver. */
  public enum State {
    /** It is at work: it has renewed its lease. */
    RUNNING,
    /** All rounds are done. */
    FINISHED,
    /** It was asked to stop, and has saved its state. */
    INTERRUPTED,
    /** It has said why. */
    FAILED,
    /** It has said nothing, and its lease is over; or somebody has freed the run. */
    LOST
  }

  /**
   * Reads how a run stands; no blob is read.
   *
   * @param now milliseconds since 1970
   * @return empty if there is no run
   * @throws CheckpointProblem if a term or {@code outcome.json} is damaged
   */
  public static Optional<RunStanding> read(ObjectStore run, long now) throws IOException {
    RunHistory history = RunHistory.read(run);
    if (history.terms().isEmpty() && history.checkpoints().isEmpty()) {
      return Optional.empty();
    }
    Optional<Term> term = history.lastTerm();
    Optional<Outcome> outcome = Outcome.read(run);
    State state = state(term, outcome, now);
    boolean told = state != State.RUNNING && state != State.LOST;
    return Optional.of(
        new RunStanding(
            state,
            term.map(Term::owner).orElse(null),
            told ? outcome.map(Outcome::code).orElse(null) : null,
            told ? outcome.map(Outcome::reason).orElse(null) : whyLost(state, term),
            term,
            history.newest(),
            history.checkpoints().stream()
                .map(RunStanding::top1)
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later)
                .orElse(null),
            history.checkpoints().stream()
                .map(RunStanding::top1)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(null)));
  }

  private static Optional<Double> top1(Manifest checkpoint) {
    return Optional.ofNullable(checkpoint.metadata().metrics().get(Metadata.TOP1));
  }

  private static State state(Optional<Term> term, Optional<Outcome> outcome, long now) {
    if (term.isEmpty()) {
      return State.LOST;
    }
    if (!term.get().isOver(now)) {
      return State.RUNNING;
    }
    Integer code = outcome.map(Outcome::code).orElse(null);
    if (!term.get().ended() || code == null) {
      return State.LOST;
    }
    if (code == 0) {
      return State.FINISHED;
    }
    return outcome.get().isInterrupted() ? State.INTERRUPTED : State.FAILED;
  }

  private static String whyLost(State state, Optional<Term> term) {
    if (state != State.LOST) {
      return null;
    }
    if (term.isEmpty()) {
      return "its terms are gone";
    }
    return term.get().ended()
        ? "freed, after its driver had ended without a word"
        : "its driver ended without a word; the same command goes on";
  }

  /**
   * When the last driver was heard of, in milliseconds since 1970; by its clock, but not later than
   * now.
   *
   * @param lease the length of its lease
   * @param now milliseconds since 1970
   */
  public long heard(Duration lease, long now) {
    long written = newest.map(Manifest::created).orElse(0L);
    long renewed = term.map(last -> heard(last, lease)).orElse(0L);
    return Math.min(now, Math.max(written, renewed));
  }

  /** A driver that has given the run back has set its deadline to that moment. */
  private static long heard(Term term, Duration lease) {
    return Math.max(
        term.started(), term.ended() ? term.deadline() : term.deadline() - lease.toMillis());
  }
}
