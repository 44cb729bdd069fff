package org.googlenet.recipe;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A piece of a YAML document, with scalars as they were written. */
sealed interface Node {

  /** How an error message shows this piece. */
  String shown();

  /** True where nothing was given, as in {@code key:} or {@code key: null}. */
  default boolean isNothing() {
    return false;
  }

  /** A mapping in the order of the document; mutable while overrides are applied. */
  record Fields(Map<String, Node> entries) implements Node {

    @Override
    public String shown() {
      return entries.entrySet().stream()
          .map(e -> e.getKey() + ": " + e.getValue().shown())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /** A sequence. */
  record Items(List<Node> entries) implements Node {

    @Override
    public String shown() {
      return entries.stream().map(Node::shown).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /**
   * A single value.
   *
   * @param text the characters between the quotes, if there were any
   */
  record Scalar(String text, Kind kind) implements Node {

    @Override
    public String shown() {
      return kind == Kind.TEXT && looksOtherwise() ? '"' + text + '"' : text.strip();
    }

    /** True for text that would read as nothing or as a number without its quotes. */
    private boolean looksOtherwise() {
      return text.isBlank() || text.matches("[-+.0-9][0-9eE._+-]*");
    }

    @Override
    public boolean isNothing() {
      return kind == Kind.NOTHING;
    }
  }

  /** What YAML takes an unquoted scalar for; quoted ones are text. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NOTHING
  }
}
