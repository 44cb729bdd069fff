package org.googlenet.checkpoint;

import java.util.List;

/**
 * How much of the orders of calls {@link Interleavings} walks through, and what is demanded of
 * them.
 *
 * @param conditional whether the store can refuse a second create
 * @param settling on a store that cannot: whether no driver takes longer than the settling time
 *     from its look to the end of its write
 * @param clocks how far each driver's clock is ahead of the true time, in leases
 * @param ticks how often the time moves on by a lease
 * @param faults how many calls get no answer, with or without having taken effect
 * @param switches how often a driver that could go on waits for another; the time moves at will
 * @param strict whether all is promised, and not only that no checkpoint is mixed and none is
 *     acknowledged that is outside the history
 */
record Bounds(
    boolean conditional,
    boolean settling,
    List<Integer> clocks,
    int ticks,
    int faults,
    int switches,
    boolean strict) {

  private static final List<Integer> AGREEING = List.of(0, 0, 0, 0);

  static Bounds conditional(int ticks) {
    return new Bounds(true, true, AGREEING, ticks, 0, Integer.MAX_VALUE, true);
  }

  static Bounds unconditional(int ticks) {
    return new Bounds(false, true, AGREEING, ticks, 0, Integer.MAX_VALUE, true);
  }

  /** Any driver may take any time between look and write. */
  Bounds withoutSettling() {
    return new Bounds(conditional, false, clocks, ticks, faults, switches, strict);
  }

  Bounds withClocks(Integer... ahead) {
    return new Bounds(conditional, settling, List.of(ahead), ticks, faults, switches, strict);
  }

  Bounds withFaults(int most) {
    return new Bounds(conditional, settling, clocks, ticks, most, switches, strict);
  }

  Bounds withSwitches(int most) {
    return new Bounds(conditional, settling, clocks, ticks, faults, most, strict);
  }

  Bounds withLessPromised() {
    return new Bounds(conditional, settling, clocks, ticks, faults, switches, false);
  }

  boolean clocksAgree() {
    return clocks.stream().allMatch(ahead -> ahead == 0);
  }
}
