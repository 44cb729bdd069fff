package org.googlenet.preflight;

/** Numbers of things as people write them. */
final class Wording {

  private Wording() {}

  /** As in {@code 1 worker}, {@code 2 workers}. */
  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
