package org.googlenet.report.tensorboard;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.googlenet.report.TrainingEvent.Described;

/** Writes what is trained, and with what, as tables in Markdown. */
final class DescribedText {

  private DescribedText() {}

  /** Each key of the recipe; those whose value is not the default are bold. */
  static String recipe(Described described) {
    Set<String> changed = Set.copyOf(described.changed());
    return table("key", "value")
        + described.recipe().entrySet().stream()
            .map(key -> row(bold(key.getKey(), changed), plain(key.getValue())))
            .collect(Collectors.joining());
  }

  private static String bold(String key, Set<String> changed) {
    return changed.contains(key) ? "**" + plain(key) + "**" : plain(key);
  }

  /** The data sets and the versions. */
  static String sources(Described described) {
    return table("what", "which")
        + described.data().stream()
            .map(
                data ->
                    row(data.role() + " data", plain(data.location()))
                        + row("its records", String.format(Locale.ROOT, "%,d", data.records()))
                        + row("its SHA-256", data.fingerprint()))
            .collect(Collectors.joining())
        + described.versions().entrySet().stream()
            .map(
                (Map.Entry<String, String> each) ->
                    row(plain(each.getKey()), plain(each.getValue())))
            .collect(Collectors.joining());
  }

  private static String table(String first, String second) {
    return row(first, second) + row("---", "---");
  }

  private static String row(String first, String second) {
    return "| " + first + " | " + second + " |\n";
  }

  /** A text that means itself in Markdown: what could mean something else is a character entity. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (Character.isLetterOrDigit(c) || " -./:,".indexOf(c) >= 0 || c >= 128) {
                out.append((char) c);
              } else {
                out.append("&#").append(c).append(';');
              }
            });
    return out.toString();
  }
}
