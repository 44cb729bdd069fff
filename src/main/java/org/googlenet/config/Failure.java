package org.googlenet.config;

import java.io.IOException;

/**
 * What the user is told of a failure: a line and an exit code, from wherever in the causes.
 *
 * @param exitCode of the program, one of those listed in the README
 * @param message one line, unless a {@link Problem} has several
 */
public record Failure(int exitCode, String message) {

  private static final int UNEXPECTED = 1;
  private static final int ENVIRONMENT = 2;
  private static final int STORAGE = 7;

  public static Failure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new Failure(problem.exitCode(), problem.getMessage());
      }
      if (cause instanceof OutOfMemoryError) {
        return new Failure(
            ENVIRONMENT,
            "out of memory (%s); give the JVM more, or lower training.batch"
                .formatted(cause.getMessage()));
      }
      if (cause instanceof LinkageError) {
        return new Failure(
            ENVIRONMENT,
            "a library cannot be loaded (%s); look whether the jar is for this machine, and whether ~/.javacpp/cache can be written"
                .formatted(firstLine(cause)));
      }
    }
    Throwable root = root(failure);
    if (root instanceof IOException) {
      return new Failure(
          STORAGE, "storage: %s; check that it is up and has room".formatted(firstLine(root)));
    }
    return new Failure(
        UNEXPECTED,
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
