package org.googlenet.common;

/**
 * The program's general exit codes; every other one belongs to a {@link
 * org.googlenet.common.Problem}.
 */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int UNEXPECTED = 1;
  public static final int USAGE = 2;

  /** The same code as for storage that cannot be reached: another try may succeed. */
  public static final int UNAVAILABLE = 7;

  private ExitCode() {}
}
