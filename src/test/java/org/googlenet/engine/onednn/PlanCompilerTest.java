package org.googlenet.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.googlenet.engine.onednn.DenseNode.Matrix;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.RefusedShape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
    // The library finds that a window of 2 x 2 and weights of 3 x 3 do not go together.
    Network network = network("input", 3, 2);

    assertThatThrownBy(() -> compile(network))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContainingAll("vertex conv", "its shape (could not", "engine onednn")
        .hasMessageNotContaining("\n")
        .hasCauseInstanceOf(RefusedShape.class);
  }

  @Test
  void aWindowLargerThanItsMapIsRefusedBeforeTheLibrarySeesIt() {
    Network network = network("input", 9, 9);

    assertThatThrownBy(() -> compile(network))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContainingAll("vertex conv", "9 values", "map of 4")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aFaultOfTheCompilerComesOutAsWhatItIs() {
    Network broken = network("nowhere", 2, 2);

    assertThatThrownBy(() -> compile(broken)).isInstanceOf(NullPointerException.class);
  }

  /** A convolution of 3 channels by 8 filters, and a softmax. */
  private static Network network(String input, long weights, long side) {
    Filters filters = Filters.inOrder(new long[] {8, 3, weights, weights}, 8, OptionalLong.of(0));
    DeclaredWindow window =
        new DeclaredWindow(longs(side), longs(1), longs(0), longs(1), ConvolutionMode.Truncate);
    Matrix matrix = new Matrix(8 * 3 * 3, 3, 0, OptionalLong.of(0));
    return new Network(
        List.of(
            new InputNode("input"),
            new ConvolutionNode("conv", input, filters, window, Activation.RELU),
            new OutputNode(new DenseNode("main", "conv", matrix, Activation.IDENTITY))),
        List.of(new Network.Input("input", Optional.empty())),
        List.of(new Output("main", new LossMCXENT(), new ActivationSoftmax(), false, true)),
        Map.of(),
        Set.of(),
        false);
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
