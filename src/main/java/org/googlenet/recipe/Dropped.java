package org.googlenet.recipe;

/**
 * A recipe key that older versions had and this one does not.
 *
 * @param path that it had
 * @param type of its values
 * @param kept the one value that means what this version does
 * @param since the version that no longer has it
 */
record Dropped<T>(String path, ValueType<T> type, T kept, String since) {

  /** Whether a recipe gives it the value that means what this version does. */
  boolean isKept(Node value) {
    try {
      return type.read(value).equals(kept);
    } catch (Refused e) {
      return false;
    }
  }

  /** The value that means what this version does, as checkpoints keep it. */
  String keptText() {
    return String.valueOf(type.write(kept));
  }

  /** The message for a recipe that has that value. */
  String warning() {
    return path + ": is no key since version " + since + "; leave it out";
  }

  /** The message for a recipe that has another value. */
  String refusal() {
    return "is no key since version " + since + ", which does what " + keptText() + " did";
  }
}
