package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.googlenet.data.DataPlan.Section;
import org.googlenet.data.format.Range;
import org.junit.jupiter.api.Test;

/** Properties of the plan over shards, workers, rounds and left-over records of all kinds. */
class DataPlanTest {

  /** An epoch's shards and where its rounds end, drawn once and for all. */
  private static List<Case> cases() {
    Random random = new Random(20);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int[] shards = new int[1 + random.nextInt(6)];
      for (int shard = 0; shard < shards.length; shard++) {
        shards[shard] = random.nextInt(400);
      }
      shards[0]++;
      cases.add(new Case(shards, random.nextLong(), 1 + random.nextInt(7), random.nextLong()));
    }
    return cases;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Case(int[] shards, long seed, int workers, long cuts) {

    DataPlan plan() {
      return new DataPlan(shards, seed, workers);
    }

    int records() {
      return Arrays.stream(shards).sum();
    }

    /** Rounds of any lengths that make up an epoch. */
    List<Section> sections(int epoch) {
      Random random = new Random(cuts);
      List<Section> sections = new ArrayList<>();
      for (int from = 0; from < records(); ) {
        int to = Math.min(records(), from + 1 + random.nextInt(300));
        sections.add(new Section(epoch, from, to));
        from = to;
      }
      return sections;
    }

    List<String> all() {
      List<String> all = new ArrayList<>();
      for (int shard = 0; shard < shards.length; shard++) {
        for (int record = 0; record < shards[shard]; record++) {
          all.add(shard + ":" + record);
        }
      }
      return all;
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

  private static List<String> round(DataPlan plan, Section section, List<Range> leftOver) {
    List<String> records = new ArrayList<>();
    for (int worker = 0; worker < plan.workers(); worker++) {
      records.addAll(records(plan.ranges(section, leftOver, worker)));
    }
    return records;
  }

  private static List<String> epoch(DataPlan plan, int epoch) {
    return round(plan, new Section(epoch, 0, plan.examplesPerEpoch()), List.of());
  }

  @Test
  void everyRecordIsReadExactlyOnceInAnEpochHoweverItIsCutIntoRounds() {
    for (Case c : cases()) {
      List<String> read = new ArrayList<>();
      for (Section section : c.sections(3)) {
        read.addAll(round(c.plan(), section, List.of()));
      }
      assertThat(read).hasSize(c.records());
      assertThat(new HashSet<>(read)).isEqualTo(new HashSet<>(c.all()));
    }
  }

  @Test
  void aRoundIsSharedEvenly() {
    for (Case c : cases()) {
      for (Section section : c.sections(0)) {
        for (int worker = 0; worker < c.workers(); worker++) {
          long share = DataPlan.examples(c.plan().ranges(section, List.of(), worker));
          assertThat(share)
              .isBetween(
                  section.examples() / c.workers(),
                  (section.examples() + c.workers() - 1) / c.workers());
        }
      }
    }
  }

  /**
   * Each worker of each round but the last stops somewhere, and the next round comes to the rest.
   */
  @Test
  void whatRoundsLeaveOverIsReadExactlyOnceByTheNextOnes() {
    Random random = new Random(4);
    for (Case c : cases()) {
      DataPlan plan = c.plan();
      List<Section> sections = c.sections(1);
      List<String> read = new ArrayList<>();
      List<Range> leftOver = List.of();
      for (Section section : sections) {
        boolean last = section.to() == c.records();
        List<Range> rest = new ArrayList<>();
        for (int worker = 0; worker < c.workers(); worker++) {
          for (Range range : plan.ranges(section, leftOver, worker)) {
            int stop = last ? range.to() : range.from() + random.nextInt(range.records() + 1);
            if (stop > range.from()) {
              read.addAll(records(List.of(new Range(range.shard(), range.from(), stop))));
            }
            if (stop < range.to()) {
              rest.add(new Range(range.shard(), stop, range.to()));
            }
          }
        }
        leftOver = rest;
      }
      assertThat(leftOver).isEmpty();
      assertThat(read).hasSize(c.records());
      assertThat(new HashSet<>(read)).hasSize(c.records());
    }
  }

  @Test
  void theSameArgumentsGiveTheSameRanges() {
    for (Case c : cases()) {
      Section section = c.sections(5).get(0);
      assertThat(c.plan().ranges(section, List.of(), 0))
          .isEqualTo(c.plan().ranges(section, List.of(), 0));
    }
  }

  @Test
  void epochsAndSeedsHaveDifferentOrders() {
    int[] shards = {1000, 900, 1100};
    DataPlan plan = new DataPlan(shards, 1, 2);
    assertThat(epoch(plan, 0)).isNotEqualTo(epoch(plan, 1));
    assertThat(epoch(plan, 0)).isNotEqualTo(epoch(new DataPlan(shards, 2, 2), 0));
  }

  @Test
  void theBlocksOfAllShardsAreMixed() {
    DataPlan plan = new DataPlan(new int[] {640, 640, 640, 640}, 1, 4);
    for (int worker = 0; worker < 4; worker++) {
      assertThat(
              plan.ranges(new Section(0, 0, 1280), List.of(), worker).stream()
                  .map(Range::shard)
                  .distinct())
          .as("shards of worker %d in half an epoch", worker)
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void aWorkerMayHaveNothing() {
    DataPlan plan = new DataPlan(new int[] {130}, 1, 4);
    Section two = new Section(0, 128, 130);
    assertThat(plan.ranges(two, List.of(), 0)).isEmpty();
    assertThat(records(plan.ranges(two, List.of(), 1))).hasSize(1);
    assertThat(plan.ranges(two, List.of(), 2)).isEmpty();
    assertThat(records(plan.ranges(two, List.of(), 3))).hasSize(1);
  }

  @Test
  void adjacentBlocksAreReadAtOnce() {
    DataPlan plan = new DataPlan(new int[] {2 * DataPlan.BLOCK}, 1, 1);
    for (int epoch = 0; epoch < 20; epoch++) {
      List<Range> ranges = plan.ranges(new Section(epoch, 0, 2 * DataPlan.BLOCK), List.of(), 0);
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
    DataPlan plan = new DataPlan(shards, 1, 64);
    Section last = new Section(0, 1_280_000, 1_281_000);
    assertThat(records(plan.ranges(last, List.of(), 63))).hasSize(16);
  }

  @Test
  void whatIsBeyondTheEpochOrTheWorkersIsRefused() {
    DataPlan plan = new DataPlan(new int[] {10}, 1, 1);
    assertThatThrownBy(() -> plan.ranges(new Section(0, 5, 11), List.of(), 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> plan.ranges(new Section(0, 0, 10), List.of(), 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
