package org.googlenet.data.format.list;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads comma-separated values, a row at a time. A row is a line: unlike those of RFC 4180, a field
 * does not have line breaks, so that a quote that is missing costs one line only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvReader {

  private static final int END = -1;

  /** No field of a list is longer, so that a file that is none does not fill the heap. */
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

  /** The line that was read last, from 1. */
  int line() {
    return line;
  }

  /**
   * The fields of the next row, or null after the last; an empty line is one empty field.
   *
   * @throws IllegalArgumentException if it is not a row; the next call goes on with the next line
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
    if (!isAtEnd()) {
      throw bad("has text behind a quoted field");
    }
    endLine();
    return fields;
  }

  private String bare() throws IOException {
    StringBuilder field = new StringBuilder();
    while (next != separator && !isAtEnd()) {
      append(field);
    }
    return field.toString();
  }

  private String quoted() throws IOException {
    StringBuilder field = new StringBuilder();
    advance();
    while (!isAtEnd()) {
      if (passes('"') && next != '"') {
        return field.toString();
      }
      append(field);
    }
    throw bad("has a quote that is not closed in the same line");
  }

  private void append(StringBuilder field) throws IOException {
    if (field.length() == LONGEST) {
      throw bad("has a field of more than " + LONGEST + " characters");
    }
    field.append((char) next);
    advance();
  }

  /** Passes over the rest of the line. */
  private IllegalArgumentException bad(String reason) throws IOException {
    while (!isAtEnd()) {
      advance();
    }
    endLine();
    return new IllegalArgumentException(reason);
  }

  private boolean isAtEnd() {
    return next == END || next == '\r' || next == '\n';
  }

  private boolean passes(char expected) throws IOException {
    boolean is = next == expected;
    if (is) {
      advance();
    }
    return is;
  }

  private void endLine() throws IOException {
    passes('\r');
    passes('\n');
  }

  private void advance() throws IOException {
    next = in.read();
  }
}
