package org.googlenet.app.option;

/** How a command prints what it found. */
public enum OutputFormat {
  /** For people. */
  TEXT,
  /** One JSON object. */
  JSON
}
