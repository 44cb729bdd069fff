package org.googlenet.app;

/** How a command prints what it found. */
enum OutputFormat {
  /** For people. */
  TEXT,
  /** One JSON object. */
  JSON
}
