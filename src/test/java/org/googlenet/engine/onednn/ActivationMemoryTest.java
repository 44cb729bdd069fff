package org.googlenet.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Places of buffers with random sizes and lifetimes in a plan's memory. */
class ActivationMemoryTest {

  private static final long CACHE_LINE = 64;
  private static final int OPERATIONS = 60;

  static IntStream seeds() {
    return IntStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void buffersThatLiveAtTheSameTimeNeverOverlap(int seed) {
    List<Buffer> buffers = randomBuffers(new Random(seed));

    long needed = ActivationMemory.place(buffers);

    for (Buffer one : buffers) {
      assertThat(one.offset()).isNotNegative();
      assertThat(one.offset() % CACHE_LINE).isZero();
      assertThat(one.offset() + one.bytes()).isLessThanOrEqualTo(needed);
      for (Buffer other : buffers) {
        if (one != other && liveTogether(one, other)) {
          assertThat(
                  one.offset() + one.bytes() <= other.offset()
                      || other.offset() + other.bytes() <= one.offset())
              .as("%s and %s are apart", one.name(), other.name())
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theMemoryIsLittleMoreThanWhatLivesAtTheFullestMoment(int seed) {
    List<Buffer> buffers = randomBuffers(new Random(seed));

    long needed = ActivationMemory.place(buffers);

    long fullest =
        IntStream.range(0, OPERATIONS)
            .mapToLong(
                moment ->
                    buffers.stream()
                        .filter(buffer -> buffer.first() <= moment && moment <= buffer.last())
                        .mapToLong(Buffer::bytes)
                        .sum())
            .max()
            .orElseThrow();
    assertThat(needed).isBetween(fullest, fullest * 3 / 2 + CACHE_LINE * buffers.size());
  }

  private static boolean liveTogether(Buffer one, Buffer other) {
    return one.first() <= other.last() && other.first() <= one.last();
  }

  /** As a plan has them: many short lives, some from the forward pass to the backward pass. */
  private static List<Buffer> randomBuffers(Random random) {
    List<Buffer> buffers = new ArrayList<>();
    int number = 1 + random.nextInt(150);
    for (int i = 0; i < number; i++) {
      Buffer buffer = Buffer.planned("buffer " + i, 1 + random.nextInt(1 << random.nextInt(20)));
      int first = random.nextInt(OPERATIONS);
      buffer.usedAt(first);
      if (random.nextBoolean()) {
        buffer.usedAt(Math.min(OPERATIONS - 1, first + random.nextInt(4)));
      } else {
        buffer.usedAt(OPERATIONS - 1 - first);
      }
      buffers.add(buffer);
    }
    return buffers;
  }
}
