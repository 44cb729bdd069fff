package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.data.Defect;

/**
 * The defects of data sets: how often each occurs, and its first few cases. The order in which
 * parts are added does not change the result, so tasks can gather them.
 */
final class Findings implements Serializable {

  private static final long serialVersionUID = 1L;

  private final TreeMap<Kind, Cases> kinds = new TreeMap<>();

  /** A kind of defect of the data set with this number. */
  private record Kind(int set, Defect defect) implements Serializable, Comparable<Kind> {

    @Override
    public int compareTo(Kind other) {
      return Comparator.comparing(Kind::set).thenComparing(Kind::defect).compare(this, other);
    }
  }

  Findings add(int set, Defect defect, int shard, int position, String line) {
    cases(new Kind(set, defect)).add(shard, position, line);
    return this;
  }

  /** Adds what was found elsewhere. */
  Findings add(Findings others) {
    others.kinds.forEach((kind, cases) -> cases(kind).add(cases));
    return this;
  }

  private Cases cases(Kind kind) {
    return kinds.computeIfAbsent(kind, none -> new Cases());
  }

  /**
   * The findings of a report, errors first.
   *
   * @param locations of the data sets, by their numbers
   */
  List<ValidateJob.Finding> report(List<String> locations) {
    List<ValidateJob.Finding> all = new ArrayList<>();
    for (Map.Entry<Kind, Cases> entry : kinds.entrySet()) {
      Kind kind = entry.getKey();
      all.add(
          new ValidateJob.Finding(
              kind.defect().isError() ? "error" : "warning",
              kind.defect().toString(),
              locations.get(kind.set()),
              entry.getValue().count(),
              entry.getValue().first()));
    }
    all.sort(Comparator.comparing(ValidateJob.Finding::severity));
    return List.copyOf(all);
  }
}
