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

  /** True where nothing was given, as in {@code key:} or {@code key: null}. */
  default boolean isNothing() {
    return false;
  }

  /** The text of a single value; empty where there is something else. */
  default Optional<String> text() {
    return Optional.empty();
  }

  /** True for that very text. */
  default boolean isText(String wanted) {
    return text().filter(wanted::equals).isPresent();
  }

  /** The keys of a mapping with what they have; empty where there is something else. */
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
   * @param characters between the quotes, if there were any
   */
  record Scalar(String characters, Kind kind) implements Node {

    /** What stands where nothing was given. */
    static final Scalar NOTHING = new Scalar("", Kind.NOTHING);

    @Override
    public Optional<String> text() {
      return Optional.of(characters);
    }

    /** True for a number of such a form. */
    boolean isNumber(Pattern form) {
      return kind == Kind.NUMBER && form.matcher(characters).matches();
    }

    /** A number without what only separates its digits. */
    String digits() {
      return characters.replace("_", "");
    }

    @Override
    public String shown() {
      return kind == Kind.TEXT && looksOtherwise() ? '"' + characters + '"' : characters.strip();
    }

    /** True for text that would read as nothing or as a number without its quotes. */
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
