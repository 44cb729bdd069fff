package org.googlenet.engine;

import org.googlenet.common.Lifetime;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How an engine uses a DL4J network: while both are open, by one thread at a time, and on the
 * parameters that the network had when the engine was made.
 *
 * <p>An engine has nothing to free when it is forgotten unclosed: its plans and threads free
 * themselves, and ND4J the network's memory.
 */
final class NetworkUse {

  private final Dl4jNetwork network;
  private final INDArray parameters;
  private final Lifetime lifetime;

  /**
   * @param engine that uses the network
   * @param name of the engine in messages
   */
  NetworkUse(Object engine, String name, Dl4jNetwork network) {
    this.network = network;
    this.parameters = network.params();
    this.lifetime = new Lifetime(engine, name, () -> {});
  }

  /**
   * Begins a use; others may be begun within it.
   *
   * @throws IllegalStateException if the engine or the network is closed, another thread uses the
   *     engine, or the network has been initialised again
   */
  Lifetime.Use begin() {
    Lifetime.Use use = lifetime.use();
    try {
      FlatVectors.requireOpen(network.params());
      if (network.params() != parameters) {
        throw new IllegalStateException(
            "the network was initialised again after the engine was made: make a new one");
      }
      return use;
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /**
   * Ends all use.
   *
   * @return whether it was open until now
   * @throws IllegalStateException if the engine is in use
   */
  boolean end() {
    return lifetime.end();
  }
}
