package org.googlenet.prepare;

import java.io.Serializable;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The records that have one image, or one key, in common: how many there are in each data set, and
 * the first two of them, and the first whose label is not the first one's. The order in which parts
 * are added does not change the result.
 */
final class Duplicates implements Serializable {

  private static final long serialVersionUID = 1L;

  record Place(int set, int shard, int position, String key, String label)
      implements Serializable, Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      return Comparator.comparing(Place::set)
          .thenComparing(Place::shard)
          .thenComparing(Place::position)
          .compare(this, other);
    }
  }

  private final long[] counts;
  private final Place[] first;
  private final Place[] second;
  private final Place[] other;

  /** A single record of one of {@code sets} data sets. */
  Duplicates(int sets, Place place) {
    this.counts = new long[sets];
    this.first = new Place[sets];
    this.second = new Place[sets];
    this.other = new Place[sets];
    counts[place.set()] = 1;
    first[place.set()] = place;
  }

  /** Adds the records of another part. */
  Duplicates add(Duplicates other) {
    for (int set = 0; set < counts.length; set++) {
      counts[set] += other.counts[set];
      keep(set, other.first[set]);
      keep(set, other.second[set]);
      keep(set, other.other[set]);
    }
    return this;
  }

  private void keep(int set, Place place) {
    if (place == null) {
      return;
    }
    keepOther(set, place);
    if (first[set] == null || place.compareTo(first[set]) < 0) {
      second[set] = first[set];
      first[set] = place;
    } else if (second[set] == null || place.compareTo(second[set]) < 0) {
      second[set] = place;
    }
  }

  /** To be called before the place is kept as first or second. */
  private void keepOther(int set, Place place) {
    if (first[set] == null || place.equals(first[set])) {
      return;
    }
    boolean isFirst = place.compareTo(first[set]) < 0;
    Place[] candidates = {first[set], second[set], other[set], place};
    Place head = isFirst ? place : first[set];
    other[set] =
        Stream.of(candidates)
            .filter(each -> each != null && !each.label().equals(head.label()))
            .min(Comparator.naturalOrder())
            .orElse(null);
  }

  /** Whether there is more than one record. */
  boolean areSeveral() {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    return all > 1;
  }

  /** The first record in a data set; null if none is there. */
  Place first(int set) {
    return first[set];
  }

  /** The second record in a data set; null if there are fewer than two. */
  Place second(int set) {
    return second[set];
  }

  /**
   * The first record in a data set whose label is not that of the first one; null if none is there.
   */
  Place other(int set) {
    return other[set];
  }

  /** How many there are in a data set. */
  long count(int set) {
    return counts[set];
  }
}
