package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;

/** The wrong answers that a model was most sure of; parts of a data set add up to the same ones. */
public final class Mistakes implements Serializable {

  private static final long serialVersionUID = 1L;

  /** How many are kept. */
  static final int MOST = 24;

  private static final Comparator<Mistake> SUREST =
      Comparator.comparingDouble(Mistake::probability)
          .reversed()
          .thenComparing(Mistake::key) // which does not depend on the parts
          .thenComparing(Mistake::shard)
          .thenComparingInt(Mistake::position);

  private final List<Mistake> surest = new ArrayList<>();

  /**
   * A wrong answer.
   *
   * @param key the record's
   * @param shard the record's, by its name in the data set
   * @param position the record's number in the shard, from 0
   * @param label the true class, from 0
   * @param predicted the most probable class, from 0
   * @param probability of that, 0 to 1
   */
  public record Mistake(
      String key, String shard, int position, int label, int predicted, double probability)
      implements Serializable {

    private Mistake at(String place, int number) {
      return new Mistake(key, place, number, label, predicted, probability);
    }
  }

  /** The mistakes, the surest first. */
  public List<Mistake> surest() {
    return List.copyOf(surest);
  }

  /**
   * Adds one whose place is not known yet.
   *
   * @param number of the record among those that were read, from 0
   */
  void add(String key, int number, int label, int predicted, double probability) {
    surest.add(new Mistake(key, "", number, label, predicted, probability));
    keepMost();
  }

  /** Adds those of another part. */
  void add(Mistakes other) {
    surest.addAll(other.surest);
    keepMost();
  }

  private void keepMost() {
    surest.sort(SUREST);
    if (surest.size() > MOST) {
      surest.subList(MOST, surest.size()).clear();
    }
  }

  /**
   * Finds the places of all.
   *
   * @param ranges all records of the part, in their order
   * @param unread which of these were not read
   */
  void place(Dataset dataset, List<Range> ranges, BitSet unread) {
    List<Mistake> placed =
        surest.stream().flatMap(each -> placed(each, dataset, ranges, unread).stream()).toList();
    surest.clear();
    surest.addAll(placed);
  }

  /** With its place; empty if it is beyond the part, which nobody need fail for. */
  private static Optional<Mistake> placed(
      Mistake mistake, Dataset dataset, List<Range> ranges, BitSet unread) {
    int record = unread.nextClearBit(0);
    for (int read = 0; read < mistake.position(); read++) {
      record = unread.nextClearBit(record + 1);
    }
    for (Range range : ranges) {
      if (record < range.records()) {
        String shard = dataset.shards().get(range.shard()).name();
        return Optional.of(mistake.at(shard, range.from() + record));
      }
      record -= range.records();
    }
    return Optional.empty();
  }
}
