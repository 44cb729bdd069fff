package org.googlenet.data;

import org.googlenet.data.format.DataProblem;

/** More records of a data set cannot be used than are tolerated (exit code 3). */
public final class TooManyBadRecords extends DataProblem {

  private static final long serialVersionUID = 1L;

  TooManyBadRecords(String message) {
    super(message);
  }
}
