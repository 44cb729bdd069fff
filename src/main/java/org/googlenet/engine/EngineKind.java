package org.googlenet.engine;

/**
 * The kind of engine that executes a local step; {@code AUTO} takes the fastest that the machine
 * has.
 */
public enum EngineKind {
  AUTO,
  DL4J,
  ONEDNN
}
