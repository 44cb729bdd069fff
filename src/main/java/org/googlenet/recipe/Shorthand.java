package org.googlenet.recipe;

/**
 * A recipe section that may be written as a single value: {@code outer: slowmo} is {@code outer:
 * {kind: slowmo}}.
 *
 * @param path of the section
 * @param first the name of the key in the section that the value is for
 * @param meaning of the section, in one line of Markdown
 */
record Shorthand(String path, String first, String meaning) {

  /** The path of the key that the value is for. */
  String key() {
    return KnownKeys.join(path, first);
  }
}
