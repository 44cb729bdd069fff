package org.googlenet.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.report.TrainingEvent.Warned;
import org.junit.jupiter.api.Test;

class ListenersTest {

  private final List<String> heard = new ArrayList<>();

  @Test
  void eventsAreHeardByAllInOrder() {
    Listeners all = new Listeners(List.of(event -> heard.add("a"), event -> heard.add("b")));
    all.on(new Warned("x"));
    assertThat(heard).containsExactly("a", "b");
  }

  @Test
  void aListenerThatThrowsHearsNoMoreAndTheOthersDo() {
    TrainingListener broken =
        event -> {
          heard.add("broken");
          throw new IllegalStateException("the display is gone");
        };
    Listeners all = new Listeners(List.of(broken, event -> heard.add("b")));
    all.on(new Warned("x"));
    all.on(new Warned("y"));
    all.close();
    assertThat(heard).containsExactly("broken", "b", "b");
  }

  @Test
  void aListenerOfAnOlderVersionDoesNotEndATraining() {
    TrainingListener old =
        event -> {
          throw new NoSuchMethodError("on");
        };
    new Listeners(List.of(old, event -> heard.add("b"))).on(new Warned("x"));
    assertThat(heard).containsExactly("b");
  }

  @Test
  void allAreClosedAlsoThoseThatHaveFailed() {
    TrainingListener closing =
        new TrainingListener() {
          @Override
          public void on(TrainingEvent event) {
            throw new IllegalStateException("the display is gone");
          }

          @Override
          public void close() {
            heard.add("closed");
          }
        };
    Listeners all = new Listeners(List.of(closing, event -> heard.add("b")));
    all.on(new Warned("x"));
    all.close();
    assertThat(heard).containsExactly("b", "closed");
  }
}
