package org.googlenet.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says which records a worker reads in a round: a pure function of the shards' sizes, the seed, the
 * epoch, the round and the worker.
 *
 * <p>An epoch is every record once. Shards are cut into blocks of {@value #BLOCK} consecutive
 * records (one read each), the blocks are permuted by a hash of (seed, epoch, block), and their
 * records in that order are cut into rounds of {@code workers * localSteps * batch} records. A
 * round never crosses the end of an epoch: the last one is shorter and shared evenly, and a worker
 * may have nothing in it.
 */
public final class DataPlan implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Records in a block. */
  public static final int BLOCK = 64;

  private static final Comparator<Block> BY_HASH =
      Comparator.comparingLong(Block::hash)
          .thenComparingInt(block -> block.range().shard())
          .thenComparingInt(block -> block.range().from());

  private final int[] shardRecords;
  private final long seed;
  private final int workers;
  private final int batch;
  private final long roundExamples;
  private final long examples;

  /**
   * Plans epochs over a data set.
   *
   * @param shardRecords the number of records of each shard
   * @param seed the run's seed
   * @param workers workers of a round
   * @param batch examples of a full mini-batch
   * @param localSteps mini-batches of a worker in a full round
   */
  public DataPlan(int[] shardRecords, long seed, int workers, int batch, int localSteps) {
    if (workers < 1 || batch < 1 || localSteps < 1) {
      throw new IllegalArgumentException(
          "workers %d, batch %d, local steps %d: each must be at least 1"
              .formatted(workers, batch, localSteps));
    }
    this.shardRecords = shardRecords.clone();
    this.seed = seed;
    this.workers = workers;
    this.batch = batch;
    this.roundExamples = Math.multiplyExact(Math.multiplyExact((long) workers, localSteps), batch);
    long sum = 0;
    for (int records : shardRecords) {
      sum += records;
    }
    this.examples = sum;
  }

  /** Rounds in every epoch; the last may be shorter than the others. */
  public int roundsPerEpoch() {
    return Math.toIntExact(ceil(examples, roundExamples));
  }

  /** Examples in every epoch: all records of the data set. */
  public long examplesPerEpoch() {
    return examples;
  }

  /** Examples that all workers together have in a round of any epoch. */
  public long examples(int round) {
    checkRound(round);
    return Math.min(roundExamples, examples - round * roundExamples);
  }

  /** Examples that one worker has in a round of any epoch; may be 0. */
  public int examples(int round, int worker) {
    return Math.toIntExact(workerStart(round, worker + 1) - workerStart(round, worker));
  }

  /** What the global step grows by in a round: the largest number of local steps of a worker. */
  public int steps(int round) {
    long most = ceil(examples(round), workers);
    return Math.toIntExact(ceil(most, batch));
  }

  /** What the global step grows by in an epoch. */
  public long stepsPerEpoch() {
    int rounds = roundsPerEpoch();
    if (rounds == 0) {
      return 0;
    }
    return (rounds - 1L) * steps(0) + steps(rounds - 1);
  }

  /** The records of a worker in the order of reading, adjacent ranges joined; may be empty. */
  public List<Range> ranges(int epoch, int round, int worker) {
    long sectionStart = round * roundExamples;
    long from = sectionStart + workerStart(round, worker);
    long to = sectionStart + workerStart(round, worker + 1);
    List<Range> ranges = new ArrayList<>();
    long position = 0;
    for (Block block : permutedBlocks(epoch)) {
      Range range = block.range();
      long first = Math.max(from - position, 0);
      long last = Math.min(to - position, range.records());
      if (first < last) {
        append(ranges, range.shard(), range.from() + (int) first, range.from() + (int) last);
      }
      position += range.records();
    }
    return List.copyOf(ranges);
  }

  /** Where a worker's part of a round starts, counted from the start of the round. */
  private long workerStart(int round, int worker) {
    if (worker < 0 || worker > workers) {
      throw new IndexOutOfBoundsException("worker " + worker + " of " + workers);
    }
    return examples(round) * worker / workers;
  }

  private void checkRound(int round) {
    if (round < 0 || round >= roundsPerEpoch()) {
      throw new IndexOutOfBoundsException("round " + round + " of " + roundsPerEpoch());
    }
  }

  private List<Block> permutedBlocks(int epoch) {
    List<Block> blocks = new ArrayList<>();
    for (int shard = 0; shard < shardRecords.length; shard++) {
      for (int from = 0; from < shardRecords[shard]; from += BLOCK) {
        int to = Math.min(from + BLOCK, shardRecords[shard]);
        long hash = SplitMix.hash(seed, epoch, shard, from);
        blocks.add(new Block(hash, new Range(shard, from, to)));
      }
    }
    blocks.sort(BY_HASH);
    return blocks;
  }

  private static void append(List<Range> ranges, int shard, int from, int to) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).shard() == shard && ranges.get(last).to() == from) {
      ranges.set(last, new Range(shard, ranges.get(last).from(), to));
    } else {
      ranges.add(new Range(shard, from, to));
    }
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private record Block(long hash, Range range) {}
}
