package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToleranceTest {

  @ParameterizedTest
  @CsvSource({
    "0,         1000,    0",
    "0%,        1000,    0",
    "5,         3,       5",
    "0.1%,      36,      1",
    "0.1%,      1999,    1",
    "0.1%,      2000,    2",
    "0.1%,      1281167, 1281",
    "100%,      1281167, 1281167",
    "33.3%,     1000,    333"
  })
  void aShareIsRoundedDownAndIsAtLeastOneRecord(String text, long records, long most) {
    assertThat(Tolerance.parse(text).orElseThrow().of(records)).isEqualTo(most);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0.5", "101%", "1 %", "%", "", "5records", "1e3", "100.1%", " 5"})
  void otherTextsAreNone(String text) {
    assertThat(Tolerance.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0%, 0", "5, 5", "100, 100", "0.10%, 0.1%", "10%, 10%", "100.0%, 100%"})
  void itIsWrittenAsItIsReadInOneForm(String text, String form) {
    Tolerance tolerance = Tolerance.parse(text).orElseThrow();
    assertThat(tolerance).hasToString(form);
    assertThat(Tolerance.parse(form)).contains(tolerance);
  }

  @Test
  void onlyZeroIsNone() {
    assertThat(Tolerance.NONE.isNone()).isTrue();
    assertThat(Tolerance.parse("0.0%")).contains(Tolerance.NONE);
    assertThat(Tolerance.DEFAULT).hasToString("0.1%");
    assertThat(Tolerance.DEFAULT.isNone()).isFalse();
  }
}
