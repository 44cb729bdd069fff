package org.googlenet.report.page;

import org.googlenet.report.TrainingEvent;
import org.googlenet.run.Outcome;

/**
 * How a run stands.
 *
 * @param reason one line: what failed, and what to do; empty unless it failed
 * @param exitCode of the last driver; 0 while it is at work
 * @param checkpoint the newest one that is known; empty if none is
 */
public record Ending(Kind kind, String reason, int exitCode, String checkpoint) {

  /** The states of a run. */
  public enum Kind {
    RUNNING("running"),
    FINISHED("finished"),
    INTERRUPTED("interrupted"),
    FAILED("failed"),
    /** The run has no outcome. */
    UNKNOWN("unknown");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  static final Ending RUNNING = new Ending(Kind.RUNNING, "", 0, "");

  /** What a run that has no outcome is like. */
  public static final Ending UNKNOWN = new Ending(Kind.UNKNOWN, "", 0, "");

  /** What a run's {@code outcome.json} says. */
  public static Ending of(Outcome outcome) {
    String checkpoint = outcome.checkpoint() == null ? "" : outcome.checkpoint().toString();
    if (outcome.code() == null) {
      return new Ending(Kind.RUNNING, "", 0, checkpoint);
    }
    return new Ending(kind(outcome), outcome.reason(), outcome.code(), checkpoint);
  }

  private static Kind kind(Outcome outcome) {
    if (outcome.code() == 0) {
      return Kind.FINISHED;
    }
    return outcome.isInterrupted() ? Kind.INTERRUPTED : Kind.FAILED;
  }

  /** The same after an event. */
  Ending after(TrainingEvent event) {
    if (event instanceof TrainingEvent.RunStarted) {
      return RUNNING;
    }
    if (event instanceof TrainingEvent.Resumed resumed) {
      return new Ending(kind, reason, exitCode, resumed.checkpoint());
    }
    if (event instanceof TrainingEvent.CheckpointWritten written) {
      return new Ending(kind, reason, exitCode, written.name());
    }
    if (event instanceof TrainingEvent.RunFinished finished) {
      return new Ending(Kind.FINISHED, "", 0, finished.checkpoint());
    }
    if (event instanceof TrainingEvent.AlreadyFinished finished) {
      return new Ending(Kind.FINISHED, "", 0, finished.checkpoint());
    }
    if (event instanceof TrainingEvent.Interrupted interrupted) {
      return new Ending(Kind.INTERRUPTED, "", 0, interrupted.checkpoint());
    }
    return event instanceof TrainingEvent.RunFailed failed
        ? new Ending(Kind.FAILED, failed.reason(), failed.exitCode(), checkpoint)
        : this;
  }

  /** The same with a checkpoint that is known from elsewhere, if this knows none. */
  Ending from(Ending known) {
    return checkpoint.isEmpty() ? new Ending(kind, reason, exitCode, known.checkpoint) : this;
  }
}
