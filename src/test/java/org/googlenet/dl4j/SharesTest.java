package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {

  @Test
  void aFullRoundGivesEachWorkerItsLocalStepsInOrder() {
    Shares shares = new Shares(12, 2, 3);

    assertThat(shares.rounds()).isEqualTo(2);
    assertThat(partitions(shares, 12)).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
  }

  @Test
  void theLastRoundIsShorterAndSharedEvenly() {
    Shares shares = new Shares(10, 2, 4);

    assertThat(partitions(shares, 10)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 3);
  }

  @Test
  void fewerElementsThanWorkersLeaveWorkersWithNothing() {
    Shares shares = new Shares(2, 4, 8);

    assertThat(shares.numPartitions()).isEqualTo(4);
    assertThat(partitions(shares, 2)).containsExactly(1, 3);
  }

  @Test
  void noElementsAreNoRounds() {
    Shares shares = new Shares(0, 3, 2);

    assertThat(shares.rounds()).isZero();
    assertThat(shares.numPartitions()).isZero();
  }

  @Test
  void sharesOfARoundDifferByOneAtMostWhateverTheNumbers() {
    for (int workers = 1; workers <= 5; workers++) {
      for (int localSteps = 1; localSteps <= 3; localSteps++) {
        for (int elements = 1; elements <= 40; elements++) {
          requireEven(new Shares(elements, workers, localSteps), elements, workers, localSteps);
        }
      }
    }
  }

  private static void requireEven(Shares shares, int elements, int workers, int localSteps) {
    int[] sizes = new int[shares.numPartitions()];
    int[] partitions = partitions(shares, elements);
    Arrays.stream(partitions).forEach(partition -> sizes[partition]++);

    assertThat(partitions).isSorted();
    for (int round = 0; round < shares.rounds(); round++) {
      int[] ofRound = Arrays.copyOfRange(sizes, round * workers, (round + 1) * workers);
      int total = Arrays.stream(ofRound).sum();
      assertThat(total)
          .isEqualTo(Math.min(workers * localSteps, elements - round * workers * localSteps));
      for (int size : ofRound) {
        assertThat(size).isBetween(total / workers, (total + workers - 1) / workers);
      }
    }
  }

  private static int[] partitions(Shares shares, int elements) {
    return IntStream.range(0, elements).map(e -> shares.getPartition((long) e)).toArray();
  }
}
