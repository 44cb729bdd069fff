package org.googlenet.storage;

/** What a call asks of storage; a user may be allowed one and not another. */
enum Verb {
  READ,
  LIST,
  WRITE,
  DELETE;

  /** Reads and changes fail separately: a store that is full can be read. */
  boolean changes() {
    return this == WRITE || this == DELETE;
  }

  /** Whether a call may reasonably take minutes. */
  boolean isLong() {
    return this == WRITE;
  }
}
