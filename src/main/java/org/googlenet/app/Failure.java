package org.googlenet.app;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return new Failure(7, failure.getMessage());
    }
    return new Failure(
        ExitCode.UNEXPECTED,
        "unexpected: %s: %s (--verbose shows where)"
            .formatted(
                failure.getClass().getSimpleName(),
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("")));
  }
}
