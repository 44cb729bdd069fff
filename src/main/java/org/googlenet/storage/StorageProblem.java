package org.googlenet.storage;

import java.io.IOException;
import java.time.Duration;
import org.googlenet.config.Problem;

/** Storage could not be reached or answered with an error: worth another try (exit code 7). */
public final class StorageProblem extends Problem {

  private static final long serialVersionUID = 1L;

  public StorageProblem(String message) {
    super(message);
  }

  public StorageProblem(String message, Throwable cause) {
    super(message, cause);
  }

  /** One line for an I/O error, unless it carries one already. */
  public static StorageProblem at(String location, IOException cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof StorageProblem problem) {
        return problem;
      }
    }
    return at(location, OneLine.answer(cause), cause);
  }

  /** An I/O error that carries the line of a call that was given up. */
  static IOException afterTries(String location, Duration waited, IOException cause) {
    StorageProblem problem =
        at(location, OneLine.answer(cause) + " (tried for " + waited.toSeconds() + " s)", cause);
    return new IOException(problem.getMessage(), problem);
  }

  private static StorageProblem at(String location, String what, IOException cause) {
    return new StorageProblem(
        location
            + ": "
            + what
            + "; check that the storage is up and has room, then give the same command again",
        cause);
  }

  @Override
  public int exitCode() {
    return 7;
  }
}
