package org.googlenet.app.io;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the terminal behind stdout can do, if there is one: from the environment variables that
 * programs agree on, and its size from {@code stty}.
 */
public final class Terminal {

  /** Of a terminal that does not tell. */
  static final int USUAL_COLUMNS = 80;

  private static final int PATIENCE_SECONDS = 1;

  private final Map<String, String> environment;
  private final boolean attached;

  /** 0 if it is to be found out. */
  private volatile int columns;

  /**
   * @param attached whether stdin and stdout are a terminal
   */
  Terminal(Map<String, String> environment, boolean attached) {
    this.environment = environment;
    this.attached = attached;
  }

  /** That of this process. */
  @SuppressWarnings("SystemConsoleNull") // in Java 17 null means that there is no terminal
  public static Terminal ofThisProcess() {
    return new Terminal(System.getenv(), System.console() != null);
  }

  /** Whether a line can be redrawn. Where CI is set, a log keeps what is written. */
  public boolean redraws() {
    return attached && !isDumb() && !isSet("CI");
  }

  /** Whether colours are unwanted, as <a href="https://no-color.org">NO_COLOR</a> says. */
  public boolean forbidsColours() {
    return isSet("NO_COLOR") || isDumb();
  }

  private boolean isDumb() {
    return "dumb".equals(environment.get("TERM"));
  }

  private boolean isSet(String name) {
    String value = environment.getOrDefault(name, "");
    return !value.isEmpty() && !value.equals("false");
  }

  /** Its width: {@code COLUMNS} if that is set, else what the terminal says. */
  public int columns() {
    if (columns == 0) {
      columns = number(environment.get("COLUMNS")).or(() -> number(answer())).orElse(USUAL_COLUMNS);
    }
    return columns;
  }

  /** Says that it may have another width now. */
  public void resized() {
    columns = 0;
  }

  private static Optional<Integer> number(String text) {
    return text != null && text.matches("[1-9][0-9]{0,5}")
        ? Optional.of(Integer.valueOf(text))
        : Optional.empty();
  }

  /** The columns as {@code stty size} writes them behind the rows; empty if it does not. */
  private static String answer() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        stty.destroy();
        return "";
      }
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return size.strip().replaceFirst(".* ", "");
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
