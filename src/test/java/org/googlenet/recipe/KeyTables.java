package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of keys in Markdown. Each stands between {@code <!-- keys: training optimizer -->},
 * which names the sections that are in it, and {@code <!-- end of keys -->}.
 */
record KeyTables(Keys keys) {

  private static final Pattern TABLE =
      Pattern.compile("(<!-- keys: ([A-Za-z ]+) -->\n).*?(<!-- end of keys -->)", Pattern.DOTALL);

  private static final String HEAD =
      "| key | meaning | allowed | default | |\n| --- | --- | --- | --- | --- |\n";

  /** A text with its tables as the declaration has them. */
  String fill(String text) {
    return TABLE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) + table(List.of(found.group(2).split(" "))) + found.group(3)));
  }

  /** The sections that a text has in its tables, as often as they are there. */
  static List<String> sections(String text) {
    return TABLE
        .matcher(text)
        .results()
        .flatMap(found -> List.of(found.group(2).split(" ")).stream())
        .toList();
  }

  /** The first name of each key's path, in the order of a recipe. */
  List<String> sections() {
    return keys.all().stream().map(key -> section(key)).distinct().toList();
  }

  private static String section(Key<?> key) {
    return key.path().replaceAll("\\..*", "");
  }

  private String table(List<String> sections) {
    StringBuilder table = new StringBuilder(HEAD);
    Set<String> shown = new HashSet<>();
    for (Key<?> key : keys.all()) {
      if (sections.contains(section(key))) {
        shorthand(key).filter(it -> shown.add(it.path())).ifPresent(it -> table.append(row(it)));
        table.append(row(key));
      }
    }
    return table.toString();
  }

  private Optional<Shorthand> shorthand(Key<?> key) {
    return keys.shorthand(KnownKeys.parent(key.path()));
  }

  private String row(Shorthand shorthand) {
    Key<?> first = keys.at(shorthand.key()).orElseThrow();
    return row(
        shorthand.path(),
        shorthand.meaning(),
        "an object, or the " + shorthand.first(),
        first.fallbackWords(),
        "");
  }

  private static String row(Key<?> key) {
    return row(key.path(), key.meaning(), key.allowed(), key.fallbackWords(), standing(key));
  }

  private static String row(
      String path, String meaning, String allowed, String fallback, String standing) {
    return "| `%s` | %s | %s | %s |%s|%n"
        .formatted(
            path, meaning, allowed, fallback, standing.isEmpty() ? " " : " " + standing + " ")
        .replace(System.lineSeparator(), "\n");
  }

  /** Whether the key decides the bits, since when it is there, and what it was called. */
  private static String standing(Key<?> key) {
    List<String> words = new ArrayList<>(List.of(identity(key.identity())));
    if (!key.since().equals(Key.FIRST_VERSION)) {
      words.add("since " + key.since());
    }
    key.formerly().forEach(old -> words.add("formerly `" + old + "`"));
    return String.join("; ", words);
  }

  private static String identity(Condition identity) {
    if (identity.key() == null) {
      return identity.equals(Condition.ALWAYS) ? "identity" : "free";
    }
    return "identity with `%s` %s, else free"
        .formatted(identity.key().path(), identity.words("or"));
  }
}
