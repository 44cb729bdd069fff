package org.googlenet.dl4j;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.averaging.TrainingState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies what a round averages out of a DL4J network and back into it. */
final class NetworkState {

  private NetworkState() {}

  /**
   * Parameters, updater state and iteration count of a network, as the start of a training.
   *
   * @throws IllegalArgumentException if the network's values are not 32-bit floats, or one of them
   *     is NaN or infinite
   */
  static TrainingState of(ComputationGraph network) {
    DataType type = network.getConfiguration().getDataType();
    if (type != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "the network's data type is %s: only FLOAT is averaged; build it with dataType(DataType.FLOAT)"
              .formatted(type));
    }
    TrainingState state =
        TrainingState.beginning(
            parameters(network),
            updaterState(network),
            network.getConfiguration().getIterationCount());
    if (!state.isFinite()) {
      throw new IllegalArgumentException(
          "the network has a parameter, or a value of its updater, that is NaN or infinite before training; initialise it anew, or restore an earlier one");
    }
    return state;
  }

  /**
   * Keeps a network's parameters from being freed by anybody but the garbage collector.
   *
   * <p>{@code SparkComputationGraph} broadcasts them as they are to score by them, and Spark closes
   * the value of a broadcast that nobody uses any more, if it is {@code AutoCloseable}, on the
   * driver too (SPARK-35396).
   */
  static void keepOpen(ComputationGraph network) {
    network.params().data().setConstant(true);
  }

  static float[] parameters(ComputationGraph network) {
    return read(network.params());
  }

  /** The updater's state as one vector; empty if the updater does not have any. */
  static float[] updaterState(ComputationGraph network) {
    INDArray state = network.getUpdater(true).getStateViewArray();
    return state == null ? new float[0] : read(state);
  }

  /** Sets parameters, updater state and iteration count. */
  static void write(TrainingState state, ComputationGraph network) {
    write(state.parameters(), network.params());
    if (state.momentum().length > 0) {
      write(state.momentum(), network.getUpdater(true).getStateViewArray());
    }
    network.getConfiguration().setIterationCount(state.step());
  }

  private static float[] read(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    try (INDArray copy = array.dup('c')) {
      copy.data().asNioFloat().get(values);
    }
    return values;
  }

  static void write(float[] values, INDArray into) {
    try (INDArray copy = Nd4j.create(values, into.shape(), 'c')) {
      into.assign(copy);
    }
  }
}
