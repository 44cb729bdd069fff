package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.run.StateFile.Arithmetic;
import org.googlenet.run.StateFile.Counters;
import org.googlenet.run.StateFile.Data;
import org.googlenet.run.StateFile.Initial;
import org.googlenet.run.StateFile.Kept;
import org.junit.jupiter.api.Test;

class StateFileTest {

  static final StateFile EXAMPLE =
      StateFile.of(
          new Counters(3, 6, 192, 1, 4),
          new TreeMap<>(Map.of("training.seed", "1", "averaging.workers", "2")),
          new Data("d45db3", List.of("T-shirt/top", "a name\nof two lines"), "caffe"),
          Optional.of(new Initial("models", "cafe")),
          new Arithmetic("onednn", "avx512", "bf16", 2));

  /** What version 0.1.0 wrote, with fewer keys. */
  static final String VERSION_1 =
      """
      {
        "counters": {
          "examples": 192,
          "leftOver": 0,
          "rewinds": 0,
          "round": 3,
          "step": 6
        },
        "metrics": {},
        "labels": {
          "augmentation": "none",
          "classNames": "T-shirt/top\\nTrouser",
          "dataset": "d45db32d59db3b7f92ac7358b14bd7105403825b8e9e7fb045d823c870072510",
          "engine": "onednn",
          "identity.averaging.workers": "2",
          "identity.loss.main": "1.0",
          "identity.training.seed": "1",
          "instructions": "avx512_core_bf16; amd64 level 3, built for 1",
          "precision": "fp32",
          "threads": "1",
          "initFrom": "models",
          "initParametersSha256": "cafe",
          "kept.term": "3",
          "kept.owner": "me",
          "kept.after": "000002-0003"
        }
      }
      """;

  @Test
  void whatIsWrittenIsReadBack() {
    assertThat(StateFile.fromJson(EXAMPLE.toJson(), "state.json")).isEqualTo(EXAMPLE);
    StateFile kept = EXAMPLE.keptBy(new Kept(3, "me", "000002-0003"));
    assertThat(StateFile.fromJson(kept.toJson(), "state.json")).isEqualTo(kept);
  }

  @Test
  void whatVersion1WroteIsRead() {
    StateFile state = StateFile.fromJson(VERSION_1.getBytes(UTF_8), "state.json");

    assertThat(state.version()).isEqualTo(1);
    assertThat(state.counters()).isEqualTo(new Counters(3, 6, 192, 0, 0));
    assertThat(state.identity())
        .containsOnly(
            Map.entry("averaging.workers", "2"),
            Map.entry("loss.main", "1.0"),
            Map.entry("training.seed", "1"));
    assertThat(state.data().classNames()).containsExactly("T-shirt/top", "Trouser");
    assertThat(state.data().augmentation()).isEqualTo("none");
    assertThat(state.data().fingerprint()).startsWith("d45db32d");
    assertThat(state.initial()).isEqualTo(new Initial("models", "cafe"));
    assertThat(state.arithmetic().engine()).isEqualTo("onednn");
    assertThat(state.arithmetic().threads()).isEqualTo(1);
    assertThat(state.kept()).isEqualTo(new Kept(3, "me", "000002-0003"));
  }

  @Test
  void whatANewerVersionWroteIsRefused() {
    String newer =
        new String(EXAMPLE.toJson(), UTF_8).replace("\"version\" : 2", "\"version\" : 3");
    assertThatThrownBy(() -> StateFile.fromJson(newer.getBytes(UTF_8), "run/state.json"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessage(
            "run/state.json: has version 3, this program knows versions up to 2; use the newer program");
  }

  @Test
  void whatLacksACounterIsDamaged() {
    String damaged = VERSION_1.replace("\"step\"", "\"stop\"");
    assertThatThrownBy(() -> StateFile.fromJson(damaged.getBytes(UTF_8), "run/state.json"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("run/state.json: is damaged: it has no 'step'");
  }

  @Test
  void goingOnInTheSameWayNeedsNoWord() {
    Arithmetic before = new Arithmetic("onednn", "avx512", "bf16", 2);
    assertThat(before.differences(new Arithmetic("onednn", "avx512", "bf16", 2))).isEmpty();
  }

  @Test
  void whateverChangesTheLastBitsIsSaid() {
    Arithmetic before = new Arithmetic("onednn", "avx512", "bf16", 2);
    assertThat(before.differences(new Arithmetic("dl4j", "avx2", "fp32", 1)))
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("engine: the run used onednn so far").contains("dl4j"),
            line -> assertThat(line).startsWith("instructions: the run used avx512"),
            line -> assertThat(line).startsWith("precision: the run used bf16"),
            line -> assertThat(line).startsWith("threads: the run used 2").contains("last bits"));
  }

  @Test
  void aRunOfBeforePrecisionWasRecordedGoesOnWithoutAWord() {
    Arithmetic before = new Arithmetic("onednn", null, null, null);
    assertThat(before.differences(new Arithmetic("onednn", "avx512", "fp32", 2))).isEmpty();
  }
}
