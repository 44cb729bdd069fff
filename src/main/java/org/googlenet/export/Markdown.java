package org.googlenet.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A text in Markdown (GitHub's, for its tables) under construction. */
final class Markdown {

  private final StringBuilder text = new StringBuilder();

  /** Adds lines as they are. */
  void raw(String lines) {
    text.append(lines).append('\n');
  }

  void heading(int level, String title) {
    text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
  }

  void paragraph(String content) {
    text.append(content).append("\n\n");
  }

  /**
   * Adds a line of a table, in which bars are escaped, of which {@link #end} is called at the end.
   */
  void row(String... cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    text.append('\n');
  }

  /** Adds a point of a list, of which {@link #end} is called at the end. */
  void item(String content) {
    text.append("- ").append(content).append('\n');
  }

  void end() {
    text.append('\n');
  }

  /** Adds lines of code, which cannot end it: control characters become spaces. */
  void block(String language, String... lines) {
    String code = Arrays.stream(lines).map(Markdown::oneLine).collect(Collectors.joining("\n"));
    String fence = "`".repeat(Math.max(3, 1 + longestRunOfTicks(code)));
    text.append(fence).append(language).append('\n');
    text.append(code).append('\n').append(fence).append("\n\n");
  }

  private static String oneLine(String content) {
    return content.replaceAll("\\p{Cntrl}", " ");
  }

  byte[] bytes() {
    return text.toString().stripTrailing().concat("\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A text that somebody else chose, as code on one line: control characters become spaces. */
  static String code(String content) {
    String line = oneLine(content);
    String fence = "`".repeat(1 + longestRunOfTicks(line));
    String space = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return fence + space + line + space + fence;
  }

  private static int longestRunOfTicks(String line) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
