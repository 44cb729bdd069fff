package org.googlenet.app.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

  private static Terminal terminal(Map<String, String> environment) {
    return new Terminal(environment, true);
  }

  @Test
  void nothingIsRedrawnWithoutATerminalOnADumbOneOrUnderCi() {
    assertThat(terminal(Map.of("TERM", "xterm", "CI", "", "NO_COLOR", "1")).redraws()).isTrue();
    assertThat(terminal(Map.of("CI", "false")).redraws()).isTrue();
    assertThat(terminal(Map.of("CI", "true")).redraws()).isFalse();
    assertThat(terminal(Map.of("TERM", "dumb")).redraws()).isFalse();
    assertThat(new Terminal(Map.of("TERM", "xterm"), false).redraws()).isFalse();
  }

  @Test
  void coloursAreForbiddenByNoColorUnlessThatIsEmpty() {
    assertThat(terminal(Map.of("NO_COLOR", "1")).forbidsColours()).isTrue();
    assertThat(terminal(Map.of("TERM", "dumb")).forbidsColours()).isTrue();
    assertThat(terminal(Map.of("NO_COLOR", "", "CI", "true")).forbidsColours()).isFalse();
  }

  @Test
  void itsColumnsAreThoseOfTheEnvironment() {
    assertThat(terminal(Map.of("COLUMNS", "57")).columns()).isEqualTo(57);
    for (String wrong : new String[] {"0", "-3", "wide", "99999999999", ""}) {
      assertThat(terminal(Map.of("COLUMNS", wrong)).columns()).isPositive();
    }
  }
}
