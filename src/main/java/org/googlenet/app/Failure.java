package org.googlenet.app;

import java.io.IOException;
import org.googlenet.config.Problem;

/** What the user is told of a failure: a line and an exit code, from wherever in the causes. */
record Failure(int exitCode, String message) {

  static Failure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new Failure(problem.exitCode(), problem.getMessage());
      }
      if (cause instanceof OutOfMemoryError) {
        return new Failure(
            ExitCode.USAGE,
            "out of memory (%s); give the JVM more, or lower training.batch"
                .formatted(cause.getMessage()));
      }
    }
    Throwable root = root(failure);
    if (root instanceof IOException) {
      return new Failure(
          7, "storage: %s; check that it is up and has room".formatted(firstLine(root)));
    }
    return new Failure(
        ExitCode.UNEXPECTED,
        "unexpected: %s: %s (--verbose shows where)"
            .formatted(root.getClass().getSimpleName(), firstLine(root)));
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
