package org.googlenet.run;

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
 * @param loss what disappears, once, at any moment
 * @param released whether a run may be taken from a driver that holds it
 */
record Bounds(
    boolean conditional,
    boolean settling,
    List<Integer> clocks,
    int ticks,
    int faults,
    int switches,
    boolean strict,
    Loss loss,
    boolean released) {

  /** What a store may lose. */
  enum Loss {
    NOTHING,
    /** Any one object. */
    ANY_ONE,
    /** Any number of those that were written first, as a rule that deletes by age takes them. */
    THE_OLDEST
  }

  private static final List<Integer> AGREEING = List.of(0, 0, 0, 0);

  static Bounds conditional(int ticks) {
    return new Bounds(true, true, AGREEING, ticks, 0, Integer.MAX_VALUE, true, Loss.NOTHING, false);
  }

  static Bounds unconditional(int ticks) {
    return new Bounds(
        false, true, AGREEING, ticks, 0, Integer.MAX_VALUE, true, Loss.NOTHING, false);
  }

  /** Any driver may take any time between look and write. */
  Bounds withoutSettling() {
    return new Bounds(conditional, false, clocks, ticks, faults, switches, strict, loss, released);
  }

  Bounds withClocks(Integer... ahead) {
    return new Bounds(
        conditional, settling, List.of(ahead), ticks, faults, switches, strict, loss, released);
  }

  Bounds withFaults(int most) {
    return new Bounds(conditional, settling, clocks, ticks, most, switches, strict, loss, released);
  }

  Bounds withSwitches(int most) {
    return new Bounds(conditional, settling, clocks, ticks, faults, most, strict, loss, released);
  }

  Bounds withLessPromised() {
    return new Bounds(
        conditional, settling, clocks, ticks, faults, switches, false, loss, released);
  }

  Bounds losing(Loss lost) {
    return new Bounds(
        conditional, settling, clocks, ticks, faults, switches, strict, lost, released);
  }

  Bounds releasing() {
    return new Bounds(conditional, settling, clocks, ticks, faults, switches, strict, loss, true);
  }

  boolean isLossy() {
    return loss != Loss.NOTHING;
  }

  /** Whether no run may be taken from a driver whose term is not over. */
  boolean nobodyIsDisturbed() {
    return strict && clocksAgree() && !isLossy() && !released;
  }

  private boolean clocksAgree() {
    return clocks.stream().allMatch(ahead -> ahead == 0);
  }
}
