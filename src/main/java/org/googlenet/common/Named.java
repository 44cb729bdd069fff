package org.googlenet.common;

/**
 * What others may add an implementation of: each has a name, which users and files call it by, and
 * is found by {@link NamedServices}.
 */
public interface Named {

  /** The name: no other implementation of the same interface has it, and it never changes. */
  String name();
}
