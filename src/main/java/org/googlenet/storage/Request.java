package org.googlenet.storage;

/**
 * What a call asks of a storage, and for which object.
 *
 * @param location the store: a refusal there may pass if the same was allowed before
 * @param object for messages
 */
record Request(Verb verb, String location, String object) {

  /** What a user may be allowed to do. */
  Right right() {
    return new Right(verb, location);
  }

  record Right(Verb verb, String location) {}
}
