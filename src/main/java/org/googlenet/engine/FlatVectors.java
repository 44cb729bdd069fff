package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Range;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies a DL4J network's parameters and momentum to and from vectors in the order of its layout.
 *
 * <p>DL4J keeps the momentum of trained parameters only, one value after the other.
 */
final class FlatVectors {

  private final ComputationGraph network;
  private final List<Range> trained;

  /**
   * @param network initialised
   */
  FlatVectors(ComputationGraph network, ParameterLayout layout) {
    this.network = network;
    this.trained = layout.trained();
  }

  /** See {@link Engine#load}. */
  void load(float[] parameters, float[] momentum) {
    requireLength("parameters", parameters);
    requireLength("momentum", momentum);
    floats(network.params()).put(parameters);
    FloatBuffer state = momentum();
    int next = 0;
    for (Range range : trained) {
      state.put(next, momentum, range.from(), range.length());
      next += range.length();
    }
  }

  /** See {@link Engine#readParameters}. */
  void readParameters(float[] into) {
    requireLength("parameters", into);
    floats(network.params()).get(into);
  }

  /** See {@link Engine#readMomentum}. */
  void readMomentum(float[] into) {
    requireLength("momentum", into);
    FloatBuffer state = momentum();
    Arrays.fill(into, 0);
    int next = 0;
    for (Range range : trained) {
      state.get(next, into, range.from(), range.length());
      next += range.length();
    }
  }

  /**
   * Checks that the network's updater has a momentum.
   *
   * @throws IllegalArgumentException if it does not keep one value per trained parameter
   */
  void requireMomentum() {
    momentum();
  }

  private FloatBuffer momentum() {
    INDArray state = network.getUpdater(true).getStateViewArray();
    long values = state == null ? 0 : state.length();
    long needed = trained.stream().mapToLong(Range::length).sum();
    if (values != needed) {
      throw new IllegalArgumentException(
          "the network's updater keeps "
              + values
              + " values for "
              + needed
              + " parameters; an engine needs one momentum for each");
    }
    return floats(state);
  }

  private void requireLength(String what, float[] values) {
    if (values.length != network.params().length()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: an array of %d values: the network has %d parameters",
              what,
              values.length,
              network.params().length()));
    }
  }

  /**
   * The values of a flat vector.
   *
   * @throws IllegalStateException if it is closed
   */
  static FloatBuffer floats(INDArray flat) {
    requireOpen(flat);
    return flat.data().asNioFloat();
  }

  /** As {@link #requireOpen(INDArray)}. */
  static void requireOpen(ComputationGraph network) {
    requireOpen(network.params());
  }

  /**
   * Checks that a network can be used.
   *
   * @param flat its parameters
   * @throws IllegalArgumentException if it is not initialised
   * @throws IllegalStateException if it is closed
   */
  static void requireOpen(INDArray flat) {
    if (flat == null) {
      throw new IllegalArgumentException("the network is not initialised: call its init() first");
    }
    if (flat.wasClosed()) {
      throw new IllegalStateException(
          "the network is closed: open the engine on a network that is not");
    }
  }
}
