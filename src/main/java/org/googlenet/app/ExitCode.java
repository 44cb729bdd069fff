package org.googlenet.app;

/** The exit codes of the program that no {@link org.googlenet.config.Problem} carries. */
final class ExitCode {

  static final int DONE = 0;
  static final int UNEXPECTED = 1;
  static final int USAGE = 2;

  /** As for storage: another try may do. */
  static final int UNAVAILABLE = 7;

  private ExitCode() {}
}
