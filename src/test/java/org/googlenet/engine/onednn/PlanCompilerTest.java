package org.googlenet.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.OptionalInt;
import org.googlenet.engine.onednn.Node.Parameters;
import org.googlenet.engine.onednn.kernel.RefusedShape;
import org.googlenet.engine.onednn.kernel.Window;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a compilation that fails says: the library's refusals are the network's, faults are not. */
class PlanCompilerTest {

  private static final Plan.Options OPTIONS =
      new Plan.Options(2, List.of(3L, 4L, 4L), false, false);

  private static final long VALUES = 1000;

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
  }

  @Test
  void aShapeThatTheLibraryRefusesIsAnUnsupportedNetworkThatNamesTheVertex() {
    Network network = network("input", new Window(longs(9), longs(1), longs(0)));

    assertThatThrownBy(() -> compile(network))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContainingAll("vertex conv", "its shape (could not", "engine onednn")
        .hasMessageNotContaining("\n")
        .hasCauseInstanceOf(RefusedShape.class);
  }

  @Test
  void aFaultOfTheCompilerComesOutAsWhatItIs() {
    Network broken = network("nowhere", new Window(longs(2), longs(1), longs(0)));

    assertThatThrownBy(() -> compile(broken)).isInstanceOf(NullPointerException.class);
  }

  private static Network network(String input, Window window) {
    return new Network(
        List.of(
            new InputNode("input"),
            new ConvolutionNode("conv", input, 8, window, true, new Parameters(8, 0)),
            new OutputNode(new DenseNode("main", "conv", 3, false, new Parameters(0, 0)), 1)),
        List.of("main"),
        OptionalInt.empty());
  }

  private static void compile(Network network) {
    try (INDArray vector = Nd4j.zeros(DataType.FLOAT, VALUES)) {
      Plan.forTraining(network, OPTIONS, vector, vector).close();
    }
  }

  private static long[] longs(long both) {
    return new long[] {both, both};
  }
}
