package org.googlenet.run;

import java.util.Locale;

/**
 * One call of a driver that others can come before or after: of the store, or of the clock.
 *
 * @param name of the object or the folder; "" for the clock
 * @param text what is written; "" where nothing is
 */
record Step(Kind kind, String name, String text) {

  enum Kind {
    READ,
    CREATE,
    OVERWRITE,
    /** Writes an object that was not there, on a store that cannot refuse. */
    PUT,
    LIST,
    DELETE,
    /** Renames a folder to the name in the text. */
    RENAME,
    /** Waits, after such a write, for the settling time. */
    SETTLE,
    /** Reads the clock. */
    CLOCK
  }

  /**
   * What a call comes back with.
   *
   * @param text what was read; "" where nothing is
   */
  record Answer(Result result, String text) {

    static final Answer DONE = new Answer(Result.DONE, "");
    static final Answer ABSENT = new Answer(Result.ABSENT, "");
    static final Answer TAKEN = new Answer(Result.TAKEN, "");
    static final Answer FAILED = new Answer(Result.FAILED, "");

    static Answer of(String text) {
      return new Answer(Result.DONE, text);
    }
  }

  enum Result {
    DONE,
    ABSENT,
    TAKEN,
    /** The store did not answer; whether the call took effect is not known. */
    FAILED
  }

  boolean writes() {
    return switch (kind) {
      case CREATE, OVERWRITE, PUT, DELETE, RENAME -> true;
      case READ, LIST, SETTLE, CLOCK -> false;
    };
  }

  @Override
  public String toString() {
    return (kind.name().toLowerCase(Locale.ROOT) + " " + name).strip();
  }
}
