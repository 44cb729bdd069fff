package org.googlenet.recipe;

/**
 * A key that older versions had.
 *
 * @param path that it had
 * @param type of its values
 * @param kept the one value that means what is done now
 * @param since the version that no longer has it
 */
record Dropped<T>(String path, ValueType<T> type, T kept, String since) {

  /** Whether a recipe gives it the value that is done now. */
  boolean isKept(Node value) {
    try {
      return type.read(value).equals(kept);
    } catch (Refused e) {
      return false;
    }
  }

  /** The value that is done now, as checkpoints keep it. */
  String keptText() {
    return String.valueOf(type.write(kept));
  }

  /** What to say where it has that value. */
  String warning() {
    return path + ": is no key since version " + since + "; leave it out";
  }

  /** What to say where it has another one. */
  String refusal() {
    return "is no key since version " + since + ", which does what " + keptText() + " did";
  }
}
