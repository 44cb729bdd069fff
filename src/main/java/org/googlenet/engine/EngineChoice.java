package org.googlenet.engine;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The engine that was found for a piece of work on the machine that is to do it.
 *
 * @param spec what to borrow; its kind is never {@code AUTO}
 * @param instructions what decides, beside the number of threads, how this machine rounds sums
 * @param plannedBytes memory outside the Java heap of one such engine that trains; 0 where it is
 *     not known, as DL4J's, or where it does not train
 * @param notes a line for each wish that was not met
 */
public record EngineChoice(
    EngineSpec spec, String instructions, long plannedBytes, List<String> notes)
    implements Serializable {

  public EngineChoice {
    if (spec.kind().isAuto()) {
      throw new IllegalArgumentException("the kind of the engine is not decided");
    }
    notes = List.copyOf(notes);
  }

  /** The recipe's name for the engine. */
  public String engine() {
    return spec.kind().name();
  }

  /** The recipe's name for the precision. */
  public String precision() {
    return spec.precision().name().toLowerCase(Locale.ROOT);
  }

  /** The same engine for another configuration of the network, of the same shapes. */
  public EngineChoice withConfiguration(String configuration) {
    return new EngineChoice(
        spec.withConfiguration(configuration), instructions, plannedBytes, notes);
  }

  /** The same with a number of threads. */
  public EngineChoice withThreads(int number) {
    return new EngineChoice(spec.withThreads(number), instructions, plannedBytes, notes);
  }
}
