package org.googlenet.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.googlenet.engine.onednn.Node.Parameters;
import org.googlenet.engine.onednn.kernel.RefusedShape;
import org.googlenet.engine.onednn.kernel.Window;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What a compilation that fails says: the library's refusals are the network's, faults are not. */
class PlanCompilerTest {

  private static final Plan.Options OPTIONS =
      new Plan.Options(2, List.of(List.of(3L, 4L, 4L)), false, false);

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
            new OutputNode(new DenseNode("main", "conv", 3, false, new Parameters(0, 0)))),
        List.of(new Network.Input("input", Optional.empty())),
        List.of(new Output("main", new LossMCXENT(), new ActivationSoftmax(), false, true)),
        Map.of());
  }

  private static void compile(Network network) {
    try (FloatPointer vector = new FloatPointer(VALUES)) {
      Plan.forTraining(network, OPTIONS, vector.address(), vector.address()).close();
    }
  }

  private static long[] longs(long both) {
    return new long[] {both, both};
  }
}
