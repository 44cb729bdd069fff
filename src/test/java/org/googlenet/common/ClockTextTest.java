package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import org.junit.jupiter.api.Test;

final class ClockTextTest {

  @Test
  void aFullMinuteHasItsSecondsToo() {
    assertThat(ClockText.format(LocalTime.of(1, 35))).isEqualTo("01:35:00");
    assertThat(ClockText.format(LocalTime.of(14, 5, 9, 900_000_000))).isEqualTo("14:05:09");
  }
}
