package org.googlenet.app.io;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes what a command says on stderr as the log has it with {@code --log-format json}: what was
 * written between two flushes is one object in one line, and each warning one of its own.
 */
public final class LogLines extends Writer {

  private static final String WARNING = "warning: ";

  /** How a line begins that is a warning. */
  private static final Pattern BEGINNING = Pattern.compile("\\R(?=warning: |bad: )");

  private static final String LOGGER = "googlenet";

  private final PrintWriter err;
  private final Clock clock;
  private final StringBuilder said = new StringBuilder();

  LogLines(PrintWriter err, Clock clock) {
    this.err = err;
    this.clock = clock;
  }

  /** A writer of such lines to stderr. */
  public static PrintWriter around(PrintWriter err) {
    return new PrintWriter(new LogLines(err, Clock.systemUTC()));
  }

  @Override
  public void write(char[] characters, int offset, int length) {
    said.append(characters, offset, length);
  }

  @Override
  public void flush() {
    String text = said.toString().strip();
    said.setLength(0);
    if (!text.isEmpty()) {
      BEGINNING.splitAsStream(text).forEach(each -> err.println(Output.json(line(each))));
    }
    err.flush();
  }

  private Map<String, Object> line(String text) {
    boolean isWarning = text.startsWith(WARNING) || text.startsWith("bad: ");
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("level", isWarning ? "WARN" : "ERROR");
    line.put("logger", LOGGER);
    line.put("thread", Thread.currentThread().getName());
    line.put("message", text.replaceFirst("^(" + WARNING + "|" + LOGGER + ": )", ""));
    return line;
  }

  @Override
  public void close() {
    flush();
  }
}
