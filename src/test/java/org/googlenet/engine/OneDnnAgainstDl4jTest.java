package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses, gradients and probabilities of random small networks are those of DL4J's own engine. */
class OneDnnAgainstDl4jTest {

  private static final int GRAPHS = 40;

  /** Winograd's algorithm is for batches of some size only. */
  private static final int WINOGRAD_BATCH = 16;

  static IntStream seeds() {
    return IntStream.range(0, GRAPHS);
  }

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void directConvolutionsGiveDl4jsLossesGradientsAndProbabilities(int seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    int examples = 1 + seed % 4;
    int spare = seed % 3;
    SameAsDl4j.check(drawn, drawn.batch(examples, seed), examples + spare, Convolution.DIRECT);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("seeds")
  void winogradGivesDl4jsLossesGradientsAndProbabilities(int seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    int examples = WINOGRAD_BATCH - seed % 3;
    SameAsDl4j.check(drawn, drawn.batch(examples, seed), WINOGRAD_BATCH, Convolution.AUTO);
  }

  @Test
  void theGraphsHaveWhatMattersAndSomeUseWinograd() {
    List<String> seen = new ArrayList<>();
    for (int seed = 0; seed < GRAPHS; seed++) {
      RandomGraph drawn = RandomGraph.of(seed);
      try (OneDnnEngine engine = drawn.engine(drawn.network()).batch(WINOGRAD_BATCH).open()) {
        engine.profile().stream()
            .map(timing -> timing.kind() + " " + timing.implementation())
            .forEach(seen::add);
      }
    }
    assertThat(seen)
        .extracting(kernel -> kernel.split(" ", 2)[0])
        .contains(
            "convolution", "deconvolution", "pool", "concatenation", "product", "dense", "sum")
        .contains("batch-norm-back", "sigmoid-back", "tanh-back", "difference", "less");
    if (OneDnnLibrary.find().instructions().startsWith("avx512")) {
      assertThat(seen)
          .anyMatch(kernel -> kernel.startsWith("convolution jit_wino"))
          .anyMatch(kernel -> kernel.startsWith("convolution-back-data jit_wino"))
          .anyMatch(kernel -> kernel.startsWith("convolution-back-weights jit_wino"));
    }
  }
}
