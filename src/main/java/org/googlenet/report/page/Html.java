package org.googlenet.report.page;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * HTML that is written from its beginning to its end. Texts and values of attributes are escaped;
 * what is not comes from this package alone.
 */
final class Html {

  private static final int REPLACEMENT = 0xFFFD;

  /** Characters of a text that need not stand in one line. */
  private static final int LONG = 40;

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names, each followed by its value
   */
  Html open(String tag, String... attributes) {
    begin(tag, attributes);
    open.push(tag);
    return this;
  }

  /** Ends the element that was begun last. */
  Html close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element that has nothing but a text. */
  Html element(String tag, String text, String... attributes) {
    begin(tag, attributes);
    text(text);
    out.append("</").append(tag).append(">\n");
    return this;
  }

  /** An element that has nothing in it and no end. */
  Html empty(String tag, String... attributes) {
    begin(tag, attributes);
    return this;
  }

  private void begin(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      text(attributes[i + 1]);
      out.append('"');
    }
    out.append('>');
  }

  /** A text; what is not ASCII is written by its number, so that no encoding can spoil it. */
  Html text(String text) {
    text.codePoints().forEach(this::escape);
    return this;
  }

  private void escape(int c) {
    switch (c) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> plain(c);
    }
  }

  private void plain(int c) {
    if ((c >= ' ' && c < 0x7F) || c == '\n' || c == '\t') {
      out.append((char) c);
    } else {
      out.append("&#").append(isText(c) ? c : REPLACEMENT).append(';');
    }
  }

  /** HTML has no control characters and no halves of pairs. */
  private static boolean isText(int c) {
    return c >= 0xA0 && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /** A script, style or other text of this package, as it is. */
  Html raw(String html) {
    out.append(html);
    return this;
  }

  /** A table that scrolls by itself where it is too wide; the first column names the rows. */
  Html table(String caption, List<String> columns, List<List<String>> rows) {
    open("div", "class", "scroll", "role", "region", "aria-label", caption, "tabindex", "0");
    open("table");
    element("caption", caption);
    open("thead").open("tr");
    columns.forEach(column -> element("th", column, "scope", "col"));
    close().close().open("tbody");
    rows.forEach(this::row);
    return close().close().close();
  }

  private void row(List<String> cells) {
    open("tr");
    cell("th", cells.get(0), "scope", "row");
    cells.stream().skip(1).forEach(cell -> cell("td", cell));
    close();
  }

  /** A cell of a table; a long text may be broken into lines. */
  Html cell(String tag, String text, String... attributes) {
    if (text.length() <= LONG) {
      return element(tag, text, attributes);
    }
    String[] more = Arrays.copyOf(attributes, attributes.length + 2);
    more[attributes.length] = "class";
    more[attributes.length + 1] = "long";
    return element(tag, text, more);
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }
}
