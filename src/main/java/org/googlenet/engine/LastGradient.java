package org.googlenet.engine;

import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The flat gradient of a network's last step, kept even if the update overwrites it.
 *
 * <p>Code that has computed a gradient calls {@link #calculated}, and code that is about to
 * overwrite it calls {@link #keep} first.
 */
final class LastGradient implements AutoCloseable {

  private final INDArray own;

  /** The kept copy; null as long as nothing has been kept. */
  private INDArray copy;

  /** Where the last step's gradient lies; null before the first. */
  private INDArray last;

  private LastGradient(INDArray own) {
    this.own = own;
  }

  /** For an initialised network. */
  static LastGradient of(ComputationGraph network) {
    if (network.getFlattenedGradients() == null) {
      network.initGradientsView();
    }
    return new LastGradient(network.getFlattenedGradients());
  }

  /** Whether this is still the network's flat gradient. */
  boolean isOf(INDArray flat) {
    return flat == own;
  }

  /** Notes that the network's flat gradient is now that of a step. */
  void calculated() {
    last = own;
  }

  /** Copies the gradient, which is about to be overwritten. */
  void keep() {
    if (copy == null) {
      try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        copy = Nd4j.createUninitialized(DataType.FLOAT, own.length());
      }
    }
    FlatVectors.floats(copy).put(FlatVectors.floats(own));
    last = copy;
  }

  /** See {@link Engine#readGradient}. */
  void read(int from, float[] into) {
    if (last == null) {
      throw new IllegalStateException("no step has been made that could be told of");
    }
    if (from < 0 || into.length > last.length() - from) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "gradient: values %d to %d: there are 0 to %d",
              from,
              from + (long) into.length - 1,
              last.length() - 1));
    }
    FlatVectors.floats(last).get(from, into);
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
  }
}
