package org.googlenet.run;

import java.time.Instant;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** Another driver holds the run, or has taken it from this one (exit code 4): try again later. */
public final class RunHeldProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private RunHeldProblem(String message) {
    super(message);
  }

  /** Another driver is in charge until its term's deadline. */
  static RunHeldProblem held(String run, Term by) {
    return new RunHeldProblem(
        run
            + ": held by "
            + by.owner()
            + " until "
            + Instant.ofEpochMilli(by.deadline())
            + " (term "
            + by.number()
            + "); let it finish or stop it, then give the same command after that time; if it is dead"
            + " and that time is far, 'googlenet checkpoints release "
            + run
            + "' frees the run");
  }

  /** Another driver has taken the run because this one did not renew its term in time. */
  static RunHeldProblem lost(String run, int term, Term to) {
    return new RunHeldProblem(
        run
            + ": term "
            + term
            + " was lost to "
            + to.owner()
            + " (term "
            + to.number()
            + "), so nothing more is written here; follow that driver, or use a longer"
            + " checkpoint.lease");
  }

  @Override
  public int exitCode() {
    return ExitCode.HELD;
  }
}
