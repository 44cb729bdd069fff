package org.googlenet.engine;

import org.googlenet.common.Lifetime;

/**
 * How an engine uses a DL4J network: while both are open, and by one thread at a time.
 *
 * <p>An engine has nothing to free when it is forgotten unclosed: its plans and threads free
 * themselves, and ND4J the network's memory.
 */
final class NetworkUse {

  private final Dl4jNetwork network;
  private final Lifetime lifetime;

  /**
   * @param engine that uses the network
   * @param name of the engine in messages
   */
  NetworkUse(Object engine, String name, Dl4jNetwork network) {
    this.network = network;
    this.lifetime = new Lifetime(engine, name, () -> {});
  }

  /**
   * Begins a use; others may be begun within it.
   *
   * @throws IllegalStateException if the engine or the network is closed, or another thread uses
   *     the engine
   */
  Lifetime.Use begin() {
    Lifetime.Use use = lifetime.use();
    try {
      FlatVectors.requireOpen(network.params());
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
