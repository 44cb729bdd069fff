package org.googlenet.common;

/** The exit codes of the program that no {@link org.googlenet.common.Problem} carries. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int UNEXPECTED = 1;
  public static final int USAGE = 2;

  /** The same code as for storage: another try may succeed. */
  public static final int UNAVAILABLE = 7;

  private ExitCode() {}
}
