package org.googlenet.report.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final AtomicLong now = new AtomicLong();
  private final Outbox outbox = new Outbox("it", Duration.ofSeconds(30), now::get);
  private final List<String> taken = new ArrayList<>();
  private RestProblem problem;
  private int tries;

  private Runnable request(String name) {
    return () -> {
      tries++;
      if (problem != null) {
        throw problem;
      }
      taken.add(name);
    };
  }

  @Test
  void whatAServerCouldNotTakeItGetsLaterInOrder() {
    problem = RestProblem.unreachable("away", null);
    outbox.send(request("a"));
    outbox.send(request("b"));
    assertThat(tries).isEqualTo(1); // not again before the pause is over
    problem = null;
    outbox.send(request("c"));
    assertThat(taken).isEmpty();
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    outbox.send(request("d"));
    assertThat(taken).containsExactly("a", "b", "c", "d");
  }

  @Test
  void theLastTryDoesNotWait() {
    problem = RestProblem.answer("failing", 500);
    outbox.send(request("a"));
    problem = null;
    outbox.sendLast();
    assertThat(taken).containsExactly("a");
  }

  @Test
  void aRefusalIsTheListenersEnd() {
    problem = RestProblem.answer("no", 400);
    assertThatThrownBy(() -> outbox.send(request("a"))).isSameAs(problem);
  }

  @Test
  void aServerThatIsAwayForTooLongIsGivenUp() {
    problem = RestProblem.unreachable("away", null);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                outbox.send(request("a"));
              }
            })
        .isInstanceOf(IllegalStateException.class);
  }
}
