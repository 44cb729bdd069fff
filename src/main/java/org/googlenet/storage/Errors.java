package org.googlenet.storage;

import java.io.IOException;

/** How the errors of one kind of storage are to be taken. */
interface Errors {

  /** What comes of an error. */
  enum Verdict {
    /** The storage has answered, if not as it was hoped: there is no such object, say. */
    ANSWER,
    /** The same call would fail again, or must not be made again. */
    FINAL,
    /** A user must mend something. */
    REFUSED,
    /** A user must mend something, unless the same was allowed before: then it may pass. */
    FORBIDDEN,
    /** Another try may mend it. */
    PASSING
  }

  Verdict judge(IOException e);

  /** The line for what a user must mend, with the remedy. */
  StorageRefused refused(String object, IOException e);
}
