package org.googlenet.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads one YAML document into a {@link Node} tree, and refuses what a recipe does not need:
 * duplicate keys, aliases, second documents and deep nesting.
 */
final class YamlTree {

  private static final YAMLFactory YAML = new YAMLFactory();
  private static final Pattern PLACE = Pattern.compile("line [0-9]+, column [0-9]+");

  /** Far more than a recipe needs; each level of nesting is a recursive call. */
  private static final int DEEPEST = 32;

  private final YAMLParser parser;
  private int depth;

  private YamlTree(YAMLParser parser) {
    this.parser = parser;
  }

  /** Why a text is not usable YAML, in one line, with line and column from 1. */
  static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    Malformed(String line) {
      super(line);
    }
  }

  /** Reads a text; an empty one is nothing. */
  static Node read(String text) throws Malformed {
    try (YAMLParser parser = YAML.createParser(text)) {
      return new YamlTree(parser).document();
    } catch (JsonProcessingException e) {
      throw new Malformed(
          place(e.getOriginalMessage()) + "not YAML: " + oneLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Node document() throws IOException, Malformed {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return Node.Scalar.NOTHING;
    }
    Node root = node(first);
    if (parser.nextToken() != null) {
      throw malformed("a second document; one file holds one recipe");
    }
    return root;
  }

  private Node node(JsonToken token) throws IOException, Malformed {
    if (parser.isCurrentAlias()) {
      throw malformed("*" + parser.getText() + ": aliases are not supported; write the value out");
    }
    return switch (token) {
      case START_OBJECT -> inside(this::fields);
      case START_ARRAY -> inside(this::items);
      case VALUE_STRING -> scalar(Node.Kind.TEXT);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(Node.Kind.NUMBER);
      case VALUE_TRUE, VALUE_FALSE -> scalar(Node.Kind.BOOLEAN);
      case VALUE_NULL -> scalar(Node.Kind.NOTHING);
      default -> throw malformed("only mappings, lists and plain values are supported");
    };
  }

  /** Reads what a mapping or a list holds. */
  @FunctionalInterface
  private interface Content {

    Node read() throws IOException, Malformed;
  }

  private Node inside(Content content) throws IOException, Malformed {
    depth++;
    if (depth > DEEPEST) {
      throw malformed("nested deeper than " + DEEPEST + "; no key of a recipe is");
    }
    Node node = content.read();
    depth--;
    return node;
  }

  private Node fields() throws IOException, Malformed {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.getCurrentName();
      if (entries.containsKey(key)) {
        throw malformed(key + ": given twice; keep one");
      }
      entries.put(key, node(parser.nextToken()));
    }
    return new Node.Fields(entries);
  }

  private Node items() throws IOException, Malformed {
    List<Node> entries = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      entries.add(node(t));
    }
    return new Node.Items(entries);
  }

  private Node scalar(Node.Kind kind) throws IOException {
    return new Node.Scalar(parser.getText(), kind);
  }

  private Malformed malformed(String what) {
    JsonLocation at = parser.getTokenLocation();
    return new Malformed("line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + what);
  }

  /**
   * The last position that a SnakeYAML message names: the problem's; those before it are its
   * context. Jackson's own location is where the parser was before.
   */
  private static String place(String message) {
    return PLACE
        .matcher(message)
        .results()
        .reduce((context, problem) -> problem)
        .map(problem -> problem.group() + ": ")
        .orElse("");
  }

  /** SnakeYAML's messages quote the document on indented lines, which are left out. */
  private static String oneLine(String message) {
    return message
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .collect(Collectors.joining("; "));
  }
}
