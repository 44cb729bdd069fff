package org.googlenet.recipe;

import java.util.List;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/**
 * A recipe cannot be used; the problem carries everything that is wrong with it at once.
 *
 * <p>The message is {@code source: problem}, or {@code source: n problems:} with one line per
 * problem.
 */
public final class RecipeProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private final String source;
  private final List<String> problems;

  public RecipeProblem(String source, List<String> problems) {
    super(message(source, problems));
    this.source = source;
    this.problems = List.copyOf(problems);
  }

  private static String message(String source, List<String> problems) {
    if (problems.size() == 1) {
      return source + ": " + problems.get(0);
    }
    return source + ": " + problems.size() + " problems:\n  " + String.join("\n  ", problems);
  }

  /** The recipe's file or URI. */
  public String source() {
    return source;
  }

  /** Each problem as one line, {@code path: value: what is allowed}. */
  public List<String> problems() {
    return problems;
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
