package org.googlenet.common;

/** The exit codes of the program, by what went wrong; {@code docs/operations.md} explains each. */
public final class ExitCode {

  public static final int DONE = 0;

  /** A failure that nobody foresaw. */
  public static final int UNEXPECTED = 1;

  /** A command line, recipe, model or machine that a user has to change. */
  public static final int USAGE = 2;

  /** Data that cannot be used as it is. */
  public static final int DATA = 3;

  /** Another driver holds the run, or has taken it. */
  public static final int HELD = 4;

  /** The training diverged. */
  public static final int DIVERGED = 5;

  /** The gate said no, or was not asked. */
  public static final int GATE = 6;

  /** Storage or executors are away: the same command may succeed later. */
  public static final int UNAVAILABLE = 7;

  private ExitCode() {}
}
