package org.googlenet.recipe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A piece of a YAML document, with scalars as they were written. */
sealed interface Node {

  /** How an error message shows this piece. */
  String shown();

  /** True if nothing was given, as in {@code key:} or {@code key: null}. */
  default boolean isNothing() {
    return false;
  }

  /** The text of a single value; empty for anything else. */
  default Optional<String> text() {
    return Optional.empty();
  }

  /** True if this is a single value with exactly this text. */
  default boolean isText(String wanted) {
    return text().filter(wanted::equals).isPresent();
  }

  /** The entries of a mapping; empty for anything else. */
  default Map<String, Node> fields() {
    return Map.of();
  }

  /** A mapping in the order of the document. */
  record Fields(Map<String, Node> entries) implements Node {

    @Override
    public Map<String, Node> fields() {
      return entries;
    }

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
   * @param characters as they were written, without quotes
   */
  record Scalar(String characters, Kind kind) implements Node {

    /** The scalar where nothing was given. */
    static final Scalar NOTHING = new Scalar("", Kind.NOTHING);

    @Override
    public Optional<String> text() {
      return Optional.of(characters);
    }

    /** True for a number of this form. */
    boolean isNumber(Pattern form) {
      return kind == Kind.NUMBER && form.matcher(characters).matches();
    }

    /** A number without the separators between its digits. */
    String digits() {
      return characters.replace("_", "");
    }

    @Override
    public String shown() {
      return kind == Kind.TEXT && looksOtherwise() ? '"' + characters + '"' : characters.strip();
    }

    /** True for text that would be read as nothing or as a number if it were not quoted. */
    private boolean looksOtherwise() {
      return characters.isBlank() || characters.matches("[-+.0-9][0-9eE._+-]*");
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
