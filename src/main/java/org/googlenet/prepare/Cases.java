package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The cases of one kind: all are counted, and the first few are kept. The order in which cases and
 * parts are added does not change the result, so tasks can gather them.
 */
final class Cases implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NAMED = 10;

  private final ArrayList<Case> first = new ArrayList<>();
  private long count;

  /** One case; cases are ordered by shard and record. */
  private record Case(int shard, int position, String line)
      implements Serializable, Comparable<Case> {

    @Override
    public int compareTo(Case other) {
      return Comparator.comparing(Case::shard)
          .thenComparing(Case::position)
          .thenComparing(Case::line)
          .compare(this, other);
    }
  }

  /** Adds a case that is ordered by its line alone. */
  void add(String line) {
    add(0, 0, line);
  }

  void add(int shard, int position, String line) {
    count++;
    first.add(new Case(shard, position, line));
    keepFirst();
  }

  void add(Cases others) {
    count += others.count;
    first.addAll(others.first);
    keepFirst();
  }

  long count() {
    return count;
  }

  /** The first ten, one line per case. */
  List<String> first() {
    return first.stream().map(Case::line).toList();
  }

  private void keepFirst() {
    first.sort(Comparator.naturalOrder());
    if (first.size() > NAMED) {
      first.subList(NAMED, first.size()).clear();
    }
  }
}
