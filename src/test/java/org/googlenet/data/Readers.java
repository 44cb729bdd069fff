package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The background threads of this JVM that read batches of a data set. */
public final class Readers {

  private Readers() {}

  private static List<Thread> of(String location) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("batches of " + location))
        .toList();
  }

  /** Waits until there are so many, all of which wait for someone who takes their batches. */
  public static void awaitIdle(String location, int number) throws InterruptedException {
    await(
        () ->
            of(location).size() == number
                && of(location).stream()
                    .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
  }

  /** Waits until there are none. */
  public static void awaitNone(String location) throws InterruptedException {
    awaitIdle(location, 0);
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
      Thread.sleep(10);
    }
  }
}
