package org.googlenet.engine;

import org.googlenet.common.Named;

/**
 * Makes engines of a kind that another jar adds, found by {@link
 * org.googlenet.common.NamedServices}. Its name is what {@code training.engine} and {@code
 * --engine} take, and what a checkpoint says of the engine that trained it; {@code auto} does not
 * choose it.
 */
public interface EngineProvider extends Named {

  /**
   * Decides whether an engine for this work can be had on this machine; called on an executor.
   *
   * @param wanted of this provider's kind
   * @return what is to be used, with a note for each wish that is not met
   * @throws EngineProblem if it cannot be had
   */
  EngineChoice choose(EngineSpec wanted);

  /**
   * Makes an engine.
   *
   * @param spec of a choice of this provider, which another machine may have made
   * @throws EngineProblem if it cannot be had here
   */
  Engine open(EngineSpec spec);

  /** What decides on this machine, beside the number of threads, how the engine rounds sums. */
  String instructions();
}
