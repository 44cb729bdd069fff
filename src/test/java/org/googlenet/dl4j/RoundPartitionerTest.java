package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundPartitionerTest {

  @Test
  void aFullRoundGivesEachWorkerItsLocalStepsInOrder() {
    RoundPartitioner partitioner = new RoundPartitioner(12, 2, 3);

    assertThat(partitioner.rounds()).isEqualTo(2);
    assertThat(partitions(partitioner, 12)).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
  }

  @Test
  void theLastRoundIsShorterAndSharedEvenly() {
    RoundPartitioner partitioner = new RoundPartitioner(10, 2, 4);

    assertThat(partitions(partitioner, 10)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 3);
  }

  @Test
  void fewerElementsThanWorkersLeaveWorkersWithNothing() {
    RoundPartitioner partitioner = new RoundPartitioner(2, 4, 8);

    assertThat(partitioner.numPartitions()).isEqualTo(4);
    assertThat(partitions(partitioner, 2)).containsExactly(1, 3);
  }

  @Test
  void noElementsAreNoRounds() {
    RoundPartitioner partitioner = new RoundPartitioner(0, 3, 2);

    assertThat(partitioner.rounds()).isZero();
    assertThat(partitioner.numPartitions()).isZero();
  }

  @Test
  void sharesOfARoundDifferByOneAtMostWhateverTheNumbers() {
    for (int workers = 1; workers <= 5; workers++) {
      for (int localSteps = 1; localSteps <= 3; localSteps++) {
        for (int elements = 1; elements <= 40; elements++) {
          requireEven(
              new RoundPartitioner(elements, workers, localSteps), elements, workers, localSteps);
        }
      }
    }
  }

  private static void requireEven(
      RoundPartitioner partitioner, int elements, int workers, int localSteps) {
    int[] sizes = new int[partitioner.numPartitions()];
    int[] partitions = partitions(partitioner, elements);
    Arrays.stream(partitions).forEach(partition -> sizes[partition]++);

    assertThat(partitions).isSorted();
    for (int round = 0; round < partitioner.rounds(); round++) {
      int[] ofRound = Arrays.copyOfRange(sizes, round * workers, (round + 1) * workers);
      int total = Arrays.stream(ofRound).sum();
      assertThat(total)
          .isEqualTo(Math.min(workers * localSteps, elements - round * workers * localSteps));
      for (int size : ofRound) {
        assertThat(size).isBetween(total / workers, (total + workers - 1) / workers);
      }
    }
  }

  private static int[] partitions(RoundPartitioner partitioner, int elements) {
    return IntStream.range(0, elements).map(e -> partitioner.getPartition((long) e)).toArray();
  }
}
