package org.googlenet.storage;

/**
 * What is asked, of what.
 *
 * @param location the store: what was allowed once in it was allowed rightly
 * @param object for messages
 */
record Request(Verb verb, String location, String object) {

  /** What a user is allowed or not. */
  Right right() {
    return new Right(verb, location);
  }

  record Right(Verb verb, String location) {}
}
