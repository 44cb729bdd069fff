package org.googlenet.data.format;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/**
 * A data set, shard, record or image cannot be used as it is; if nobody passes it over, the program
 * ends with code 3.
 */
public class DataProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /** The remedy for missing or damaged files of a data set. */
  public static final String MAKE_AGAIN =
      "copy the data set again, or make it again with 'googlenet prepare'";

  public DataProblem(String message) {
    super(printable(message));
  }

  public DataProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.DATA;
  }
}
