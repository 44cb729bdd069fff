package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterSettingsTest {

  private static final AveragingTrainingMaster FULL =
      AveragingTrainingMaster.builder()
          .workers(4)
          .localSteps(8)
          .batchSizePerWorker(32)
          .threads(2)
          .seed(Long.MAX_VALUE)
          .engine(EngineKind.ONEDNN)
          .precision(Precision.BF16)
          .build();

  @Test
  void itTellsItsSettingsAsJsonAndYaml() {
    AveragingTrainingMaster plain =
        AveragingTrainingMaster.builder().workers(2).localSteps(3).build();

    assertThat(plain.toJson())
        .isEqualTo(
            "{\"batchSizePerWorker\":\"auto\",\"engine\":\"auto\",\"localSteps\":3,"
                + "\"precision\":\"fp32\",\"seed\":0,\"threads\":\"auto\",\"workers\":2}");
    assertThat(plain.toYaml()).contains("localSteps: 3\n", "workers: 2\n");
  }

  @Test
  void whatItTellsMakesTheSameMaster() {
    AveragingTrainingMaster plain =
        AveragingTrainingMaster.builder().workers(2).localSteps(3).build();

    assertThat(FULL.toJson()).contains("9223372036854775807", "onednn", "bf16");
    for (AveragingTrainingMaster master : new AveragingTrainingMaster[] {plain, FULL}) {
      assertThat(AveragingTrainingMaster.fromJson(master.toJson()).toJson())
          .isEqualTo(master.toJson());
      assertThat(AveragingTrainingMaster.fromYaml(master.toYaml()).toJson())
          .isEqualTo(master.toJson());
    }
  }

  @Test
  void aKeyThatIsLeftOutHasItsDefault() {
    assertThat(AveragingTrainingMaster.fromJson("{\"workers\": 2, \"localSteps\": 3}").toJson())
        .isEqualTo(AveragingTrainingMaster.builder().workers(2).localSteps(3).build().toJson());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"workers\": 2, \"localSteps\": 3, \"worker\": 4} | worker: is not a setting of AveragingTrainingMaster; these are: batchSizePerWorker, engine, localSteps, precision, seed, threads, workers",
        "{\"workers\": 2} | localSteps: 0: must be at least 1",
        "{\"workers\": \"two\", \"localSteps\": 3} | workers: two: must be a whole number",
        "{\"workers\": 3000000000, \"localSteps\": 3} | workers: 3000000000: must be a whole number up to 2147483647",
        "{\"workers\": 2, \"localSteps\": 3, \"threads\": -1} | threads: -1: must be at least 1",
        "{\"workers\": 2, \"localSteps\": 3, \"engine\": \"cuda\"} | engine: cuda: must be one of auto, dl4j, onednn",
        "{\"workers\": 2, \"localSteps\": 3, \"precision\": \"fp8\"} | precision: fp8: must be fp32 or bf16",
        "{\"workers\": 2, \"localSteps\": 3, \"engine\": \"dl4j\", \"precision\": \"bf16\"} | precision: bf16: engine dl4j computes in fp32 only; use engine auto or onednn",
      })
  void whatIsWrongInJsonIsNamed(String json, String message) {
    assertThatThrownBy(() -> AveragingTrainingMaster.fromJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsNoJsonIsRefusedOnOneLine() {
    for (String text : new String[] {"", "[1]", "{\"workers\": 2", "null", "{} {}"}) {
      assertThatThrownBy(() -> AveragingTrainingMaster.fromJson(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> AveragingTrainingMaster.builder().workers(0).localSteps(1).build())
        .hasMessage("workers: 0: must be at least 1");
    assertThatThrownBy(() -> AveragingTrainingMaster.builder().workers(1).build())
        .hasMessage("localSteps: 0: must be at least 1");
    assertThatThrownBy(() -> AveragingTrainingMaster.builder().threads(-1))
        .hasMessage("threads: -1: must be at least 1");
    assertThatThrownBy(() -> AveragingTrainingMaster.builder().batchSizePerWorker(0))
        .hasMessage("batchSizePerWorker: 0: must be at least 1");
  }
}
