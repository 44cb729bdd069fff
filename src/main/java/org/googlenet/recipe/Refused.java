package org.googlenet.recipe;

/**
 * A recipe's key does not allow a value: carries the value as it was written, and what is allowed.
 */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  private final String shown;
  private final String allowed;

  Refused(String shown, String allowed) {
    super(shown + ": " + allowed);
    this.shown = shown;
    this.allowed = allowed;
  }

  String shown() {
    return shown;
  }

  String allowed() {
    return allowed;
  }
}
