package org.googlenet.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.Warned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundTest {

  private static final TrainingEvent LAST = new Interrupted("000001-0001", 1);

  private final CountDownLatch open = new CountDownLatch(1);
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  /** Waits until it may go on, as for a server. */
  private final class Waiting implements TrainingListener {

    @Override
    public void on(TrainingEvent event) {
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      heard.add(event.getClass().getSimpleName());
    }

    @Override
    public void close() {
      heard.add("close");
    }
  }

  private Background background(Duration patience) {
    return new Background("a server", new Waiting(), patience);
  }

  @Test
  void aTrainingDoesNotWaitForAListenerBeforeItCloses() {
    Background slow = background(Duration.ofSeconds(30));
    slow.on(new Warned("one"));
    slow.on(LAST);
    assertThat(heard).isEmpty();

    open.countDown();
    slow.close();

    assertThat(heard).containsExactly("Warned", "Interrupted", "close");
  }

  @Test
  void theEndsOfSeveralAreWaitedForTogether() {
    List<Background> hanging =
        List.of(
            background(Duration.ofSeconds(2)),
            background(Duration.ofSeconds(2)),
            background(Duration.ofSeconds(2)));
    long begun = System.nanoTime();
    hanging.forEach(one -> one.on(LAST));
    hanging.forEach(Background::close);

    assertThat(System.nanoTime() - begun)
        .isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(5));
    assertThat(heard).isEmpty();
  }

  @Test
  void whatComesAfterTheLastEventIsNotPassedOn() {
    open.countDown();
    Background quick = background(Duration.ofSeconds(30));
    quick.on(LAST);
    quick.on(new RunFailed("r", "runs/r", 7, "the storage is away"));
    quick.close();
    quick.close();

    assertThat(heard).containsExactly("Interrupted", "close");
  }
}
