package org.googlenet.engine;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The engine that was chosen for a piece of work on the machine that will do it.
 *
 * @param spec what to borrow from {@link Engines}; its kind is never {@code AUTO}
 * @param instructions what decides, besides the number of threads, how this machine rounds sums
 * @param plannedBytes memory outside the Java heap of one such engine in training; 0 if it is not
 *     known, as for DL4J's, or if it does not train
 * @param notes one line for each wish that was not met
 */
public record EngineChoice(
    EngineSpec spec, String instructions, long plannedBytes, List<String> notes)
    implements Serializable {

  public EngineChoice {
    if (spec.kind().isAuto()) {
      throw new IllegalArgumentException("the kind of the engine is not decided");
    }
    if (plannedBytes < 0) {
      throw new IllegalArgumentException("planned bytes: " + plannedBytes + ": must be at least 0");
    }
    Objects.requireNonNull(instructions, "instructions");
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

  /** The same engine for another configuration of the network, with the same shapes. */
  public EngineChoice withConfiguration(String configuration) {
    return new EngineChoice(
        spec.withConfiguration(configuration), instructions, plannedBytes, notes);
  }

  /** The same engine with another number of threads. */
  public EngineChoice withThreads(int number) {
    return new EngineChoice(spec.withThreads(number), instructions, plannedBytes, notes);
  }
}
