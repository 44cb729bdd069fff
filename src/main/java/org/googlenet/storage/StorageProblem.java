package org.googlenet.storage;

import java.io.IOException;
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

  /** One line for an I/O error that nothing more particular is known about. */
  public static StorageProblem at(String location, IOException cause) {
    return new StorageProblem(
        location
            + ": "
            + OneLine.of(cause)
            + "; check that the storage is up and has room, then give the same command again",
        cause);
  }

  @Override
  public int exitCode() {
    return 7;
  }
}
