package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * How often examples of each class were taken for each other one: exact counts, so that parts add
 * up to the same whatever they are. Only pairs that occur take room.
 *
 * <p>An example whose probabilities are not numbers is taken for no class and is not in it.
 */
public final class Confusion implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int classes;
  private final TreeMap<Long, Long> counts = new TreeMap<>();

  /**
   * Two classes.
   *
   * @param label the true one, from 0
   * @param predicted the most probable one, from 0
   */
  public record Pair(int label, int predicted) {}

  /**
   * Without examples.
   *
   * @param classes how many there are
   */
  Confusion(int classes) {
    this.classes = classes;
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** Counts an example. */
  void add(int label, int predicted) {
    counts.merge((long) label * classes + predicted, 1L, Long::sum);
  }

  /** Adds the examples of another part. */
  void add(Confusion other) {
    other.counts.forEach((pair, count) -> counts.merge(pair, count, Long::sum));
  }

  /** How many examples of a class were taken for another one, or for itself. */
  public long count(int label, int predicted) {
    return counts.getOrDefault((long) label * classes + predicted, 0L);
  }

  /** How many examples were taken for each class. */
  long[] predictions() {
    long[] predictions = new long[classes];
    forEach((pair, count) -> predictions[pair.predicted()] += count);
    return predictions;
  }

  /** The other class that a class is most often taken for; of equals the lower one. */
  Optional<Pair> mostConfused(int label) {
    return counts.subMap((long) label * classes, (long) (label + 1) * classes).entrySet().stream()
        .filter(entry -> pair(entry.getKey()).predicted() != label)
        .max(
            Comparator.<Map.Entry<Long, Long>>comparingLong(Map.Entry::getValue)
                .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
        .map(entry -> pair(entry.getKey()));
  }

  /** Tells each pair that occurs, by label and then by prediction. */
  public void forEach(ObjLongConsumer<Pair> visitor) {
    counts.forEach((pair, count) -> visitor.accept(pair(pair), count));
  }

  private Pair pair(long pair) {
    return new Pair((int) (pair / classes), (int) (pair % classes));
  }
}
