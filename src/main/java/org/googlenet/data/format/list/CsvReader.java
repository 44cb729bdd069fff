package org.googlenet.data.format.list;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads comma-separated values, a row at a time.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvReader {

  private static final int END = -1;

  /** No line of a list is longer: a quote that is never closed would take the rest as one. */
  private static final int LONGEST = 1 << 16;

  private final Reader in;
  private final char separator;
  private int next;
  private int line;

  /**
   * Begins with the first row.
   *
   * @param in with a buffer; CR, LF and CRLF end a row
   */
  CsvReader(Reader in, char separator) throws IOException {
    this.in = in;
    this.separator = separator;
    this.next = in.read();
  }

  /** The line in which the row began that was read last, from 1. */
  int line() {
    return line;
  }

  /**
   * The fields of the next row, or null after the last; an empty line is one empty field.
   *
   * @throws IllegalArgumentException if it is not such a row; the reader is then behind its line
   */
  List<String> row() throws IOException {
    if (next == END) {
      return null;
    }
    line++;
    List<String> fields = new ArrayList<>();
    do {
      fields.add(next == '"' ? quoted() : bare());
    } while (passes(separator));
    if (next != END && next != '\r' && next != '\n') {
      while (next != END && next != '\r' && next != '\n') {
        advance();
      }
      endLine();
      throw new IllegalArgumentException("has text behind a quoted field");
    }
    endLine();
    return fields;
  }

  private String bare() throws IOException {
    StringBuilder field = new StringBuilder();
    while (next != END && next != separator && next != '\r' && next != '\n') {
      append(field);
    }
    return field.toString();
  }

  private String quoted() throws IOException {
    int begin = line;
    StringBuilder field = new StringBuilder();
    advance();
    while (next != END) {
      if (passes('"')) {
        if (next != '"') {
          return field.toString();
        }
      } else if (next == '\n') {
        line++;
      }
      append(field);
    }
    throw new IllegalArgumentException("has a quote of line " + begin + " that is not closed");
  }

  private void append(StringBuilder field) throws IOException {
    if (field.length() == LONGEST) {
      while (next != END && next != '\n') {
        advance();
      }
      throw new IllegalArgumentException("has a field of more than " + LONGEST + " characters");
    }
    field.append((char) next);
    advance();
  }

  private boolean passes(char expected) throws IOException {
    boolean is = next == expected;
    if (is) {
      advance();
    }
    return is;
  }

  private void endLine() throws IOException {
    if (passes('\r')) {
      passes('\n');
    } else {
      passes('\n');
    }
  }

  private void advance() throws IOException {
    next = in.read();
  }
}
