package org.googlenet.preflight;

import java.util.List;
import java.util.stream.Collectors;
import org.googlenet.common.Problem;

/**
 * A training cannot begin: the message has one line per failed {@link PreflightCheck}. The exit
 * code is theirs if they all have the same, so that storage that is unavailable for a while is
 * worth another try, and 2 otherwise.
 */
public final class PreflightProblem extends Problem {

  private static final long serialVersionUID = 1L;
  private static final int SEVERAL = 2;

  private final int exitCode;

  PreflightProblem(List<PreflightCheck> failures) {
    super(message(failures));
    List<Integer> codes = failures.stream().map(PreflightCheck::exitCode).distinct().toList();
    this.exitCode = codes.size() == 1 ? codes.get(0) : SEVERAL;
  }

  private static String message(List<PreflightCheck> failures) {
    if (failures.size() == 1) {
      return line(failures.get(0));
    }
    return failures.stream()
        .map(PreflightProblem::line)
        .collect(Collectors.joining("\n  ", failures.size() + " problems:\n  ", ""));
  }

  /** If only the driver looked, its message says enough. */
  private static String line(PreflightCheck check) {
    return check.where().equals("driver")
        ? check.problem()
        : check.where() + ": " + check.problem();
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
