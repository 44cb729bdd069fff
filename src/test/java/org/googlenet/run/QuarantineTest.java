package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.googlenet.Mutations;
import org.googlenet.run.Quarantine.Entry;
import org.junit.jupiter.api.Test;

/** The records that a run has passed over. */
class QuarantineTest {

  private static final Entry FIRST =
      new Entry("a.tar", 7, null, "record", "record 7 is not in tar format (x)", 1);
  private static final Entry SECOND =
      new Entry("b.tar", 7, "katt/blå \"1\"", "image", "record katt: image is damaged", 2);
  private static final Entry AGAIN =
      new Entry("a.tar", 7, null, "record", "record 7 is not in tar format (y)", 9);

  @Test
  void eachRecordIsThereOnceAsItWasFirstMet() {
    Quarantine quarantine =
        Quarantine.NONE.with(List.of(FIRST)).with(List.of(AGAIN, SECOND, AGAIN));
    assertThat(quarantine.entries()).containsExactly(FIRST, SECOND);
    assertThat(quarantine.size()).isEqualTo(2);
    assertThat(quarantine.with(List.of())).isSameAs(quarantine);
  }

  @Test
  void itIsALineOfJsonEachAndIsReadBack() {
    byte[] lines = new Quarantine(List.of(FIRST, SECOND)).toJsonLines();
    assertThat(new String(lines, UTF_8))
        .isEqualTo(
            """
            {"shard":"a.tar","position":7,"key":null,"kind":"record","reason":"record 7 is not in tar format (x)","round":1}
            {"shard":"b.tar","position":7,"key":"katt/blå \\"1\\"","kind":"image","reason":"record katt: image is damaged","round":2}
            """);
    assertThat(Quarantine.fromJsonLines(lines, "x").entries()).containsExactly(FIRST, SECOND);
    assertThat(Quarantine.fromJsonLines(new byte[0], "x")).isEqualTo(Quarantine.NONE);
  }

  @Test
  void whatIsDamagedIsReadAsSomethingValidOrRefusedWithOneLine() throws Exception {
    byte[] good = new Quarantine(List.of(FIRST, SECOND)).toJsonLines();
    int refused =
        Mutations.refused(
            3_000,
            good,
            Mutations::json,
            damaged -> Quarantine.fromJsonLines(damaged, "quarantine.jsonl"),
            CheckpointProblem.class);
    assertThat(refused).isPositive();
    assertThatThrownBy(() -> Quarantine.fromJsonLines("{\n".getBytes(UTF_8), "x/quarantine.jsonl"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageStartingWith("x/quarantine.jsonl: is damaged, it is not the JSON of an entry");
  }
}
