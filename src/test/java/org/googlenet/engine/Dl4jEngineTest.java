package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local steps and forward passes of DL4J's engine, the pool of engines, and threads. */
@Tag("slow")
class Dl4jEngineTest extends EngineContract {

  @Override
  protected Engine engine(String configuration) {
    return new Dl4jEngine(configuration);
  }

  @Test
  void aPoolLendsAnEngineToOneTaskAtATimeAndClosesTheOnesThatFailed() {
    EngineSpec spec =
        EngineSpec.of(configuration(RATE, 0, 0)).withBatch(4).withKind(EngineKind.DL4J);
    Engine first;
    try (Engines.Loan loan = Engines.borrow(spec)) {
      first = loan.engine();
      try (Engines.Loan second = Engines.borrow(spec)) {
        assertThat(second.engine()).isNotSameAs(first);
      }
      loan.done();
    }
    try (Engines.Loan again = Engines.borrow(spec)) {
      assertThat(again.engine()).isSameAs(first);
    }
    try (Engines.Loan afterFailure = Engines.borrow(spec)) {
      assertThat(afterFailure.engine()).isNotSameAs(first);
    }
    Engines.closeIdle();
  }

  @Test
  void threadsAreSetInTheThreadThatComputes() {
    NativeThreads.use(2);
    int elsewhere =
        CompletableFuture.supplyAsync(
                () -> {
                  NativeThreads.use(1);
                  return NativeThreads.inUse();
                })
            .join();
    assertThat(elsewhere).isEqualTo(1);
    assertThat(NativeThreads.inUse()).isEqualTo(2);
  }
}
