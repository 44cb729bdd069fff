package org.googlenet.common;

/**
 * An interface that others may implement: each implementation has a name, which users and files
 * refer to, and by which {@link NamedServices} finds it.
 */
public interface Named {

  /** The name: unique among the implementations of the interface, and never changed. */
  String name();
}
