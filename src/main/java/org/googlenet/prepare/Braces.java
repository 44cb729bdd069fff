package org.googlenet.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in the short form that WebDataset's users know from shells: {@code train-{000..146}.tar},
 * {@code {a,b}/x.tar}.
 */
final class Braces {

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})\\.\\.([0-9]{1,9})");
  private static final int MOST = 1_000_000;

  private Braces() {}

  /**
   * The names that a text stands for, in its order; itself if it has no braces with a comma or a
   * range between them.
   *
   * @throws PrepareRefused if there are too many
   */
  static List<String> expand(String text) {
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
      int close = closing(text, open);
      List<String> choices = close < 0 ? List.of() : choices(text.substring(open + 1, close));
      if (!choices.isEmpty()) {
        return expand(text.substring(0, open), choices, text.substring(close + 1));
      }
    }
    return List.of(text);
  }

  private static List<String> expand(String before, List<String> choices, String after) {
    List<String> all = new ArrayList<>();
    List<String> ends = expand(after);
    for (String choice : choices) {
      for (String middle : expand(choice)) {
        for (String end : ends) {
          all.add(before + middle + end);
        }
      }
      if (all.size() > MOST) {
        throw new PrepareRefused(
            String.format(
                Locale.ROOT,
                "%s{...}%s: stands for more than %,d names; name fewer",
                before,
                after,
                MOST));
      }
    }
    return all;
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** What stands between braces; nothing if they have no meaning. */
  private static List<String> choices(String inside) {
    Matcher range = RANGE.matcher(inside);
    return range.matches() ? numbers(range.group(1), range.group(2)) : parts(inside);
  }

  private static List<String> numbers(String first, String last) {
    int from = Integer.parseInt(first);
    int to = Integer.parseInt(last);
    if (to < from || to - from >= MOST) {
      throw new PrepareRefused(
          "{%s..%s}: is not a range from a number to a larger one, of at most a million"
              .formatted(first, last));
    }
    boolean isPadded = first.startsWith("0") || last.startsWith("0");
    int width = isPadded ? Math.max(first.length(), last.length()) : 1;
    List<String> numbers = new ArrayList<>(to - from + 1);
    for (int number = from; number <= to; number++) {
      numbers.add(String.format(Locale.ROOT, "%0" + width + "d", number));
    }
    return numbers;
  }

  private static List<String> parts(String inside) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(inside.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(inside.substring(from));
    return parts.size() == 1 ? List.of() : parts;
  }
}
