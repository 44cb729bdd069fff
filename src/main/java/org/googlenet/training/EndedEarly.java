package org.googlenet.training;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Manifest;

/**
 * A training ended before its last round: says what ended it, with that failure's exit code, and
 * where the completed rounds are.
 */
public final class EndedEarly extends Problem {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private EndedEarly(Throwable failure, String where) {
    super(Failure.of(failure).message() + "; " + where, failure);
    this.exitCode = Failure.of(failure).exitCode();
  }

  static EndedEarly saved(Throwable failure, int round, CheckpointId checkpoint) {
    return new EndedEarly(
        failure,
        String.format(
            Locale.ROOT,
            "round %d is saved as checkpoint %s, from which the same command goes on",
            round,
            checkpoint));
  }

  static EndedEarly kept(Throwable failure, int round, Path folder) {
    return new EndedEarly(
        failure,
        String.format(
            Locale.ROOT,
            "round %d is kept in %s of this machine, where the same command goes on from it",
            round,
            folder));
  }

  /** The state could not be stored anywhere. */
  static EndedEarly lost(
      Throwable failure, int round, Optional<Manifest> newest, Throwable whyNowhere) {
    return new EndedEarly(
        failure,
        String.format(
            Locale.ROOT,
            "round %d could not be saved, nor kept on this machine (%s): the same command goes on from %s",
            round,
            Failure.of(whyNowhere).message(),
            newest.map(m -> "checkpoint " + m.id()).orElse("the beginning")));
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
