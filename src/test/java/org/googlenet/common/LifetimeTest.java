package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who may use what holds native memory, and when that is freed. */
class LifetimeTest {

  private final AtomicInteger freed = new AtomicInteger();
  private final Lifetime lifetime = new Lifetime(this, "thing", freed::incrementAndGet);

  @Test
  void itIsFreedOnceAndRefusedAfterwards() {
    try (Lifetime.Use use = lifetime.use();
        Lifetime.Use within = lifetime.use()) {
      lifetime.requireOpen();
    }
    assertThat(lifetime.end()).isTrue();
    assertThat(lifetime.end()).isFalse();
    assertThat(freed).hasValue(1);
    assertThatIllegalStateException()
        .isThrownBy(lifetime::use)
        .withMessage("the thing is closed: open a new one");
    assertThatIllegalStateException().isThrownBy(lifetime::requireOpen);
  }

  @Test
  void itCannotEndWithinAUse() {
    try (Lifetime.Use use = lifetime.use()) {
      assertThatIllegalStateException().isThrownBy(lifetime::end).withMessageContaining("in use");
    }
    assertThat(freed).hasValue(0);
    assertThat(lifetime.end()).isTrue();
  }

  @Test
  void anotherThreadCanNeitherUseNorEndIt() {
    try (Lifetime.Use use = lifetime.use()) {
      for (Runnable attempt : new Runnable[] {lifetime::use, lifetime::end}) {
        assertThatThrownBy(() -> CompletableFuture.runAsync(attempt).join())
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the thing is in use by another thread: give each thread its own");
      }
    }
    assertThat(freed).hasValue(0);
  }

  @Test
  void whatIsForgottenIsFreed() throws InterruptedException {
    CountDownLatch gone = new CountDownLatch(1);
    assertThat(forgotten(gone)).isTrue();
    boolean freed = false;
    for (int i = 0; i < 100 && !freed; i++) {
      System.gc();
      freed = gone.await(100, TimeUnit.MILLISECONDS);
    }
    assertThat(freed).isTrue();
  }

  private static boolean forgotten(CountDownLatch gone) {
    Object owner = new Object();
    Lifetime lifetime = new Lifetime(owner, "thing", gone::countDown);
    try (Lifetime.Use use = lifetime.use()) {
      return gone.getCount() == 1;
    }
  }
}
