package org.googlenet.data.format;

import java.util.Locale;
import java.util.regex.Pattern;

/** A label as others write it: a number in any number of digits, or a name. */
public final class LabelText {

  private static final int LONGEST = 200;
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");

  private LabelText() {}

  /**
   * The label without what is around it, a number in its shortest form.
   *
   * @throws IllegalArgumentException if it is empty, or not the name of anything; the message is
   *     the reason
   */
  public static String of(String written) {
    String text = written.strip();
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1).strip();
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("its label is empty; give it one");
    }
    if (text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "its label is a text of %d characters or of several lines; name the label's field by --label-field",
              text.length()));
    }
    return NUMBER.matcher(text).matches() ? Long.toString(Long.parseLong(text)) : text;
  }
}
