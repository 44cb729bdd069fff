package org.googlenet.bench;

/** Why a benchmark cannot run, in one line for the user. */
final class BenchmarkProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BenchmarkProblem(String message) {
    super(message);
  }
}
