package org.googlenet.preflight;

import org.googlenet.common.Problem;

/**
 * One check of {@link Preflight} and its result.
 *
 * @param what the thing that was checked
 * @param where {@code driver}, a Spark master, or an executor as host/id
 * @param found in a few words
 * @param problem what is wrong and what to do about it, in one line; null if nothing is
 * @param exitCode of the program if nothing else is wrong
 */
public record PreflightCheck(
    String what, String where, String found, String problem, int exitCode) {

  static PreflightCheck passed(String what, String where, String found) {
    return new PreflightCheck(what, where, found, null, 0);
  }

  static PreflightCheck failed(String what, String where, Problem problem) {
    return new PreflightCheck(what, where, "-", problem.getMessage(), problem.exitCode());
  }
}
