package org.googlenet.storage;

import java.io.IOException;

/**
 * Classifies the errors of one kind of storage: which are answers, which may pass, which are final.
 */
interface Errors {

  /** What an error means for the call that failed. */
  enum Verdict {
    /**
     * The storage has answered, even if not with what was hoped for: the object does not exist,
     * say.
     */
    ANSWER,
    /** The same call would fail again, or must not be made again. */
    FINAL,
    /** A user must fix something. */
    REFUSED,
    /** A user must fix something, unless the same was allowed before: then it may pass. */
    FORBIDDEN,
    /** Another try may succeed. */
    PASSING
  }

  Verdict judge(IOException e);

  /** The line that says what a user must fix, and how. */
  StorageRefused refused(String object, IOException e);
}
