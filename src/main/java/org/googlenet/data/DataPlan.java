package org.googlenet.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.googlenet.common.SplitMix;
import org.googlenet.data.format.Range;

/**
 * Says which records a worker reads in a round: a pure function of the shards' sizes, the seed, the
 * number of workers, the round's section of an epoch, the records that earlier rounds left over,
 * and the worker.
 *
 * <p>An epoch reads every record once. Shards are cut into blocks of {@value #BLOCK} consecutive
 * records (one read per block), and the blocks are permuted by a hash of (seed, epoch, block). A
 * round reads the left-over records and then a section of the records in that order, shared evenly
 * by the workers; a worker may have none.
 */
public final class DataPlan implements Serializable {

  private static final long serialVersionUID = 2L;

  /** Records in a block. */
  public static final int BLOCK = 64;

  private static final Comparator<Block> BY_HASH =
      Comparator.comparingLong(Block::hash)
          .thenComparingInt(block -> block.range().shard())
          .thenComparingInt(block -> block.range().from());

  private final int[] shardRecords;
  private final long seed;
  private final int workers;
  private final long examples;

  /**
   * The part of an epoch that belongs to one round.
   *
   * @param epoch from 0
   * @param from the first record, in the order of the epoch
   * @param to one past the last record
   */
  public record Section(int epoch, long from, long to) implements Serializable {

    public Section {
      if (epoch < 0 || from < 0 || to < from) {
        throw new IllegalArgumentException(
            "records " + from + " to " + to + " of epoch " + epoch + ": no section");
      }
    }

    /** The number of records. */
    public long examples() {
      return to - from;
    }
  }

  private record Block(long hash, Range range) {}

  /**
   * Plans epochs over a data set.
   *
   * @param shardRecords the number of records of each shard
   * @param seed the run's seed
   * @param workers workers of a round, at least 1
   */
  public DataPlan(int[] shardRecords, long seed, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers: " + workers + ": must be at least 1");
    }
    this.shardRecords = shardRecords.clone();
    this.seed = seed;
    this.workers = workers;
    long sum = 0;
    for (int records : shardRecords) {
      sum += records;
    }
    this.examples = sum;
  }

  /** The number of workers of a round. */
  public int workers() {
    return workers;
  }

  /** Examples in every epoch: all records of the data set. */
  public long examplesPerEpoch() {
    return examples;
  }

  /**
   * The records of a worker in the order of reading, adjacent ranges joined; may be empty.
   *
   * @param leftOver records that earlier rounds of the epoch did not reach
   * @param worker from 0
   */
  public List<Range> ranges(Section section, List<Range> leftOver, int worker) {
    if (worker < 0 || worker >= workers) {
      throw new IndexOutOfBoundsException("worker " + worker + " of " + workers);
    }
    if (section.to() > examples) {
      throw new IndexOutOfBoundsException("record " + section.to() + " of an epoch of " + examples);
    }
    long left = examples(leftOver);
    long all = left + section.examples();
    long from = all * worker / workers;
    long to = all * (worker + 1) / workers;
    List<Range> ranges = new ArrayList<>();
    cut(leftOver, from, Math.min(to, left), ranges);
    if (to > left) {
      long start = section.from() - left;
      cut(order(section.epoch()), start + Math.max(from, left), start + to, ranges);
    }
    return List.copyOf(ranges);
  }

  /** The total number of records in some ranges. */
  public static long examples(List<Range> ranges) {
    return ranges.stream().mapToLong(Range::records).sum();
  }

  /**
   * The records from one position to another, counted over all ranges in their order.
   *
   * @param from the first record, from 0
   * @param to one past the last record
   */
  public static List<Range> part(List<Range> ranges, long from, long to) {
    List<Range> part = new ArrayList<>();
    cut(ranges, from, to, part);
    return List.copyOf(part);
  }

  /** Appends the records from one position to another, counted over all ranges in their order. */
  private static void cut(List<Range> ranges, long from, long to, List<Range> into) {
    long position = 0;
    for (Range range : ranges) {
      long first = Math.max(from - position, 0);
      long last = Math.min(to - position, range.records());
      if (first < last) {
        append(into, range.shard(), range.from() + (int) first, range.from() + (int) last);
      }
      position += range.records();
    }
  }

  /** The blocks of all shards in the order of an epoch. */
  private List<Range> order(int epoch) {
    List<Block> blocks = new ArrayList<>();
    for (int shard = 0; shard < shardRecords.length; shard++) {
      for (int from = 0; from < shardRecords[shard]; from += BLOCK) {
        int to = Math.min(from + BLOCK, shardRecords[shard]);
        long hash = SplitMix.hash(seed, epoch, shard, from);
        blocks.add(new Block(hash, new Range(shard, from, to)));
      }
    }
    blocks.sort(BY_HASH);
    return blocks.stream().map(Block::range).toList();
  }

  /** Appends a range, joined to the last one if it continues it. */
  static void append(List<Range> ranges, int shard, int from, int to) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).shard() == shard && ranges.get(last).to() == from) {
      ranges.set(last, new Range(shard, ranges.get(last).from(), to));
    } else {
      ranges.add(new Range(shard, from, to));
    }
  }
}
