package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/**
 * Storage could not be reached or answered with an error: another try may succeed (exit code 7).
 */
public final class StorageProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private static final String AGAIN = ", then give the same command again";

  public StorageProblem(String message) {
    super(message);
  }

  public StorageProblem(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * One line for an I/O error, unless it carries one already.
   *
   * @return a {@link StorageProblem}, or a {@link StorageRefused} for what does not pass: a file
   *     that is gone
   */
  public static Problem at(String location, IOException cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof Problem problem) {
        return problem;
      }
    }
    String line = FailureKind.line(location, cause);
    if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return new StorageRefused(line + "; restore it, or correct the path", cause);
    }
    if (cause instanceof FileAlreadyExistsException) {
      return new StorageProblem(
          line + "; another command was quicker: look what it made" + AGAIN, cause);
    }
    return new StorageProblem(line + "; " + FailureKind.of(cause).remedy() + AGAIN, cause);
  }

  /** An I/O error that carries the line for a call that was given up. */
  static IOException afterTries(String object, Duration waited, IOException cause) {
    StorageProblem problem =
        new StorageProblem(
            String.format(
                Locale.ROOT,
                "%s (tried for %d s); %s%s",
                FailureKind.line(object, cause),
                waited.toSeconds(),
                FailureKind.of(cause).remedy(),
                AGAIN),
            cause);
    return new IOException(problem.getMessage(), problem);
  }

  @Override
  public int exitCode() {
    return ExitCode.UNAVAILABLE;
  }
}
