package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.recipe.RecipeLoader;
import org.junit.jupiter.api.Test;

class NamedEngineTest {

  private static final EngineKind ADDED = new EngineKind("dl4j-again");

  private static final String NETWORK =
      GoogLeNet.of(2, GoogLeNet.SMALLEST_SIDE)
          .configuration(MomentumSgd.of(LearningRateSchedule.constant(0.1)), 0, 1)
          .toJson();

  /** DL4J's engine under another name, as another jar would add it. */
  public static final class Dl4jAgain implements EngineProvider {

    @Override
    public String name() {
      return ADDED.name();
    }

    @Override
    public EngineChoice choose(EngineSpec wanted) {
      return new EngineChoice(
          wanted.withPrecision(Precision.FP32), instructions(), 0, List.of("always in fp32"));
    }

    @Override
    public Engine open(EngineSpec spec) {
      return new Dl4jEngine(spec.configuration());
    }

    @Override
    public String instructions() {
      return "again " + NativeThreads.instructions();
    }
  }

  private static EngineSpec wanted(EngineKind kind) {
    return EngineSpec.of(NETWORK).withBatch(1).withKind(kind);
  }

  @Test
  void anEngineOfAnotherJarIsChosenByNameAndLent() {
    EngineChoice choice = Engines.choose(wanted(ADDED).withPrecision(Precision.BF16));
    assertThat(choice.engine()).isEqualTo("dl4j-again");
    assertThat(choice.precision()).isEqualTo("fp32");
    assertThat(choice.notes()).containsExactly("always in fp32");
    assertThat(Engines.instructions(ADDED)).startsWith("again ");
    try (Engines.Loan loan = Engines.borrow(choice.spec())) {
      assertThat(loan.engine()).isInstanceOf(Dl4jEngine.class);
    }
  }

  @Test
  void aNameThatNoJarHasIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> Engines.choose(wanted(new EngineKind("mkl"))))
        .isInstanceOf(EngineProblem.class)
        .hasMessageStartingWith(
            "engine mkl: is not known; name one of auto, dl4j, onednn, dl4j-again, or put");
  }

  @Test
  void aRecipeMayNameIt() {
    String yaml = "data: {train: a, validation: b}\ntraining: {epochs: 1, engine: dl4j-again}\n";
    assertThat(RecipeLoader.load(yaml, "r.yaml", List.of()).training().engine()).isEqualTo(ADDED);
  }
}
