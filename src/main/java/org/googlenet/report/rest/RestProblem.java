package org.googlenet.report.rest;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A server did not take what it was sent: it is away, or it says no. */
public final class RestProblem extends Problem {

  private static final long serialVersionUID = 1L;

  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final int status;

  private RestProblem(String message, int status, Throwable cause) {
    super(printable(message), cause);
    this.status = status;
  }

  /** There was no answer. */
  static RestProblem unreachable(String message, Throwable cause) {
    return new RestProblem(message, 0, cause);
  }

  /** A setting that a request cannot be made with. */
  public static RestProblem refused(String message) {
    return new RestProblem(message, -1, null);
  }

  static RestProblem answer(String message, int status) {
    return new RestProblem(message, status, null);
  }

  /** The status of the answer; 0 if there was none, -1 if nothing was asked. */
  public int status() {
    return status;
  }

  /** Whether the same request may succeed later. */
  public boolean isPassing() {
    return status == 0 || status == TIMEOUT || status == TOO_MANY || status >= SERVER_ERROR;
  }

  @Override
  public int exitCode() {
    return isPassing() ? ExitCode.UNAVAILABLE : ExitCode.USAGE;
  }
}
