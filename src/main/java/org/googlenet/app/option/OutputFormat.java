package org.googlenet.app.option;

/** How a command prints its result. */
public enum OutputFormat {
  /** For people. */
  TEXT,
  /** One JSON object. */
  JSON
}
