package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Precision;
import org.googlenet.run.Metadata;
import org.junit.jupiter.api.Test;

class StateFileTest {

  private static final Metadata SAVED =
      new Metadata(
          Map.of(),
          Map.of(),
          Map.of(
              "engine", "onednn", "precision", "bf16", "threads", "2", "instructions", "avx512"));

  private static EngineChoice choice(EngineKind kind, Precision precision, int threads, String on) {
    EngineSpec spec = new EngineSpec("{}", 1, threads, kind, precision, Convolution.AUTO);
    return new EngineChoice(spec, on, 0, List.of());
  }

  @Test
  void goingOnInTheSameWayNeedsNoWord() {
    EngineChoice same = choice(EngineKind.ONEDNN, Precision.BF16, 2, "avx512");
    assertThat(StateFile.roundingDifferences(SAVED, same)).isEmpty();
  }

  @Test
  void whateverChangesTheLastBitsIsSaid() {
    EngineChoice other = choice(EngineKind.DL4J, Precision.FP32, 1, "avx2");
    assertThat(StateFile.roundingDifferences(SAVED, other))
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("engine: the run used onednn so far").contains("dl4j"),
            line -> assertThat(line).startsWith("instructions: the run used avx512"),
            line -> assertThat(line).startsWith("precision: the run used bf16"),
            line -> assertThat(line).startsWith("threads: the run used 2").contains("last bits"));
  }

  @Test
  void aRunOfBeforePrecisionWasRecordedGoesOnWithoutAWord() {
    Metadata old = new Metadata(Map.of(), Map.of(), Map.of("engine", "onednn"));
    EngineChoice choice = choice(EngineKind.ONEDNN, Precision.FP32, 2, "avx512");
    assertThat(StateFile.roundingDifferences(old, choice)).isEmpty();
  }
}
