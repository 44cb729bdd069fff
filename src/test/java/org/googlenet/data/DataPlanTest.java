package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataPlanTest {

  /** Shards, workers, batch and local steps of all kinds, drawn once and for all. */
  private static List<Case> cases() {
    Random random = new Random(20);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int[] shards = new int[1 + random.nextInt(6)];
      for (int shard = 0; shard < shards.length; shard++) {
        shards[shard] = random.nextInt(400);
      }
      shards[0]++;
      cases.add(
          new Case(
              shards,
              random.nextLong(),
              1 + random.nextInt(7),
              1 + random.nextInt(40),
              1 + random.nextInt(5)));
    }
    return cases;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Case(int[] shards, long seed, int workers, int batch, int localSteps) {

    DataPlan plan() {
      return new DataPlan(shards, seed, workers, batch, localSteps);
    }

    int records() {
      int sum = 0;
      for (int records : shards) {
        sum += records;
      }
      return sum;
    }
  }

  private static List<String> records(List<Range> ranges) {
    List<String> records = new ArrayList<>();
    for (Range range : ranges) {
      for (int record = range.from(); record < range.to(); record++) {
        records.add(range.shard() + ":" + record);
      }
    }
    return records;
  }

  private static List<String> epoch(DataPlan plan, int workers, int epoch) {
    List<String> records = new ArrayList<>();
    for (int round = 0; round < plan.roundsPerEpoch(); round++) {
      for (int worker = 0; worker < workers; worker++) {
        records.addAll(records(plan.ranges(epoch, round, worker)));
      }
    }
    return records;
  }

  @Test
  void everyRecordIsReadExactlyOnceInAnEpoch() {
    for (Case c : cases()) {
      List<String> read = epoch(c.plan(), c.workers(), 3);
      Set<String> distinct = new HashSet<>(read);
      assertThat(read).hasSize(c.records());
      assertThat(distinct).hasSize(c.records());
      for (int shard = 0; shard < c.shards().length; shard++) {
        for (int record = 0; record < c.shards()[shard]; record++) {
          assertThat(distinct).contains(shard + ":" + record);
        }
      }
    }
  }

  @Test
  void theCountsAreThoseOfTheRanges() {
    for (Case c : cases()) {
      DataPlan plan = c.plan();
      long steps = 0;
      for (int round = 0; round < plan.roundsPerEpoch(); round++) {
        int most = 0;
        int all = 0;
        for (int worker = 0; worker < c.workers(); worker++) {
          int examples = records(plan.ranges(0, round, worker)).size();
          assertThat(plan.examples(round, worker)).isEqualTo(examples);
          most = Math.max(most, (examples + c.batch() - 1) / c.batch());
          all += examples;
        }
        assertThat(plan.steps(round)).isEqualTo(most).isBetween(1, c.localSteps());
        assertThat(plan.examples(round)).isEqualTo(all);
        steps += most;
      }
      assertThat(plan.stepsPerEpoch()).isEqualTo(steps);
      assertThat(plan.examplesPerEpoch()).isEqualTo(c.records());
    }
  }

  @Test
  void theSameArgumentsGiveTheSameRanges() {
    for (Case c : cases()) {
      assertThat(c.plan().ranges(5, 0, 0)).isEqualTo(c.plan().ranges(5, 0, 0));
    }
  }

  @Test
  void epochsAndSeedsHaveDifferentOrders() {
    int[] shards = {1000, 900, 1100};
    DataPlan plan = new DataPlan(shards, 1, 2, 32, 16);
    assertThat(epoch(plan, 2, 0)).isNotEqualTo(epoch(plan, 2, 1));
    assertThat(epoch(plan, 2, 0)).isNotEqualTo(epoch(new DataPlan(shards, 2, 2, 32, 16), 2, 0));
  }

  @Test
  void theLastRoundIsSharedEvenlyAndAWorkerMayHaveNothing() {
    DataPlan plan = new DataPlan(new int[] {130}, 1, 4, 8, 4);
    assertThat(plan.roundsPerEpoch()).isEqualTo(2);
    assertThat(plan.examples(0, 3)).isEqualTo(32);
    assertThat(plan.examples(1)).isEqualTo(2);
    assertThat(List.of(plan.examples(1, 0), plan.examples(1, 1))).containsExactly(0, 1);
    assertThat(plan.ranges(0, 1, 0)).isEmpty();
    assertThat(plan.steps(1)).isEqualTo(1);
    assertThat(plan.stepsPerEpoch()).isEqualTo(5);
  }

  @Test
  void aRoundOfOneWorkerReadsAdjacentBlocksAtOnce() {
    DataPlan plan = new DataPlan(new int[] {2 * DataPlan.BLOCK}, 1, 1, 2 * DataPlan.BLOCK, 1);
    for (int epoch = 0; epoch < 20; epoch++) {
      List<Range> ranges = plan.ranges(epoch, 0, 0);
      if (ranges.get(0).from() == 0) {
        assertThat(ranges).containsExactly(new Range(0, 0, 2 * DataPlan.BLOCK));
      } else {
        assertThat(ranges).hasSize(2);
      }
    }
  }

  @Test
  void aMillionRecordsAreNoTrouble() {
    int[] shards = new int[1000];
    Arrays.fill(shards, 1281);
    DataPlan plan = new DataPlan(shards, 1, 64, 32, 16);
    assertThat(plan.roundsPerEpoch()).isEqualTo(40);
    assertThat(records(plan.ranges(0, 39, 63))).hasSize(plan.examples(39, 63));
  }

  @Test
  void aRoundBeyondTheEpochIsRefused() {
    DataPlan plan = new DataPlan(new int[] {10}, 1, 1, 10, 1);
    assertThatThrownBy(() -> plan.ranges(0, 1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> plan.ranges(0, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
