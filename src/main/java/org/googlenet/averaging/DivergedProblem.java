package org.googlenet.averaging;

import java.util.Locale;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;
import org.googlenet.recipe.Recipe;

/**
 * A round diverged: its result cannot be trusted and is thrown away before it reaches the state
 * (exit code 5).
 */
public final class DivergedProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private final int round;
  private final String what;

  /**
   * @param round from 1
   * @param what which worker saw what, on which records, on one line
   */
  public DivergedProblem(int round, String what) {
    this(round, what, "");
  }

  /**
   * The same with what a user can do.
   *
   * @param remedy goes on with the sentence
   */
  public DivergedProblem(int round, String what, String remedy) {
    super(
        String.format(
            Locale.ROOT,
            "round %d: diverged: %s; the round was thrown away%s",
            round,
            what,
            remedy));
    this.round = round;
    this.what = what;
  }

  /**
   * The same failure, with what a user can do now that the training stops.
   *
   * @param rewinds how often the training was rewound before
   */
  public DivergedProblem stopping(Recipe recipe, int rewinds) {
    String tried = rewinds == 0 ? "" : String.format(Locale.ROOT, ", after %d rewinds", rewinds);
    return new DivergedProblem(
        round,
        what,
        "%s; lower learningRate.base (%s) or %s, and begin anew with train --restart or another --run"
            .formatted(tried, recipe.learningRate().base(), clipping(recipe)));
  }

  private static String clipping(Recipe recipe) {
    double norm = recipe.optimizer().clipNorm();
    return norm == 0
        ? "set optimizer.clipNorm (0.0, which clips nothing), to 5 say"
        : "optimizer.clipNorm (%s)".formatted(norm);
  }

  @Override
  public int exitCode() {
    return ExitCode.DIVERGED;
  }
}
