package org.googlenet.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.googlenet.data.format.Range;

/**
 * Lends the tasks of one JVM the batches of their parts of rounds, and begins those of the next
 * round once all of this one's are decoded, so that a round's first batches are there when it
 * starts.
 *
 * <p>What was begun belongs to the JVM because Spark does not give tasks any other place that
 * outlives them. A part that nobody comes for is closed when a round that is neither it nor the one
 * before it begins here, or when a worker of the same round comes that nothing was begun for: the
 * two have changed places.
 */
public final class BatchesAhead {

  /** Guarded by itself. */
  private static final Map<Part, Batches> BEGUN = new LinkedHashMap<>();

  private BatchesAhead() {}

  /**
   * A worker's part of a round: all that decides its batches.
   *
   * @param round from 0
   * @param ranges the worker's records, as {@link DataPlan#ranges} names them; may be empty
   * @param toStopAnywhere whether the round may end before the last batch
   */
  public record Part(
      int round,
      Dataset dataset,
      List<Range> ranges,
      BatchSpec spec,
      EpochSeed seed,
      boolean toStopAnywhere) {

    public Part {
      ranges = List.copyOf(ranges);
    }

    private Batches begin() {
      return toStopAnywhere
          ? Batches.shuffledToStopAnywhere(dataset, ranges, spec, seed)
          : Batches.shuffled(dataset, ranges, spec, seed);
    }
  }

  /** Batches in use; closing the loan closes them. */
  public static final class Loan implements AutoCloseable {

    private final Batches batches;
    private Batches ahead;
    private boolean sound;
    private boolean closed;

    private Loan(Batches batches) {
      this.batches = batches;
    }

    public Batches batches() {
      return batches;
    }

    /**
     * Has a part of the next round begun once all batches of this loan are decoded, unless it is
     * begun already, has no records, or the loan is closed before.
     *
     * @param next is called at that time, in another thread
     */
    public void thenBegin(Supplier<Part> next) {
      batches.whenDecoded(() -> begin(next.get()));
    }

    private void begin(Part next) {
      synchronized (BEGUN) {
        if (!closed && !next.ranges().isEmpty() && !BEGUN.containsKey(next)) {
          ahead = next.begin();
          BEGUN.put(next, ahead);
        }
      }
    }

    /** Says that the work succeeded; what work that failed has begun is closed with it. */
    public void done() {
      sound = true;
    }

    @Override
    public void close() {
      synchronized (BEGUN) {
        closed = true;
        batches.close();
        if (!sound && BEGUN.values().remove(ahead)) {
          ahead.close();
        }
      }
    }
  }

  /**
   * Lends the batches of a part: those that were begun, or fresh ones, which are the same. What
   * failed ahead of its round is read again: the storage may be back.
   */
  public static Loan take(Part part) {
    synchronized (BEGUN) {
      closeOtherRounds(part.round());
      Batches begun = BEGUN.remove(part);
      if (begun != null && !begun.hasFailed()) {
        return new Loan(begun);
      }
      if (begun == null) {
        closeOneOf(part.round());
      } else {
        begun.close();
      }
      return new Loan(part.begin());
    }
  }

  /** Closes all batches that were begun and that nobody has taken. */
  public static void closeBegun() {
    synchronized (BEGUN) {
      BEGUN.values().forEach(Batches::close);
      BEGUN.clear();
    }
  }

  /** Parts of earlier rounds, or of later ones than the next, belong to work that is over. */
  private static void closeOtherRounds(int round) {
    List<Part> others =
        BEGUN.keySet().stream()
            .filter(part -> part.round() != round && part.round() != round + 1)
            .toList();
    others.forEach(part -> BEGUN.remove(part).close());
  }

  /** A worker that comes from elsewhere takes the place of one that does not come any more. */
  private static void closeOneOf(int round) {
    BEGUN.keySet().stream()
        .filter(part -> part.round() == round)
        .findFirst()
        .ifPresent(part -> BEGUN.remove(part).close());
  }
}
