package org.googlenet.common;

/**
 * A failure that a user can mend: its message is one line that names the thing, the value and the
 * remedy, and it knows the exit code of the program.
 *
 * <p>Problems travel from Spark executors to the driver, so their fields stay serialisable.
 */
public abstract class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  protected Problem(String message) {
    super(message);
  }

  protected Problem(String message, Throwable cause) {
    super(message, cause);
  }

  /** A message in which what was read from a file cannot break the line or steer a terminal. */
  protected static String printable(String message) {
    return message.replaceAll("\\p{Cc}+", "?");
  }

  /** The exit code of the program, one of those in {@code docs/operations.md}. */
  public abstract int exitCode();
}
