package org.googlenet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.googlenet.LocalSpark;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.engine.Precision;
import org.googlenet.evaluation.FreshModel;
import org.googlenet.evaluation.TrainedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EngineTaskTest {

  private static TrainedModel model;

  @BeforeAll
  static void makeModel() {
    model = FreshModel.make();
  }

  @AfterAll
  static void closeEngines() {
    Engines.closeIdle();
  }

  private static EngineSpec wanted(EngineKind kind, Precision precision) {
    return EngineSpec.of(model.configuration())
        .withBatch(2)
        .withKind(kind)
        .withPrecision(precision);
  }

  @Test
  void aTaskChoosesWhatThisMachineWould() {
    EngineSpec wanted = wanted(EngineKind.AUTO, Precision.FP32);
    EngineChoice choice = EngineTask.choose(LocalSpark.context(), wanted);
    assertThat(choice).isEqualTo(Engines.choose(wanted));
  }

  @Test
  void anEngineThatCannotBeHadIsTheDriversProblem() {
    assertThatThrownBy(
            () -> EngineTask.choose(LocalSpark.context(), wanted(EngineKind.DL4J, Precision.BF16)))
        .isInstanceOf(EngineProblem.class)
        .hasMessageContaining("precision bf16");
  }
}
