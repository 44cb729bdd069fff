package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.Waiting;
import org.googlenet.run.Lease;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.googlenet.training.TrainingJob.Options;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training that comes while another driver holds its run. */
@Timeout(300)
class LeaseWaitingTest {

  private static final String[] ONE_ROUND = {"run=done", "training={batch: 4, rounds: 1}"};

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void writeTheRecipe() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  private static Options waiting(Duration atMost) {
    return Options.NONE.waiting(atMost);
  }

  private static Lease hold(String run, Duration length) throws IOException {
    return Lease.acquire(runs.store(run), "another", length, Clock.systemUTC());
  }

  @Tag("slow")
  @Test
  void aDriverThatDiesMeanwhileIsSucceededAndTheRunFoundDone() throws IOException {
    runs.train(TinyRuns.PLAIN, ONE_ROUND);
    hold("done", Duration.ofSeconds(2)).close();

    Trained trained = runs.train(waiting(Duration.ofMinutes(1)), ONE_ROUND);

    assertThat(trained.end()).isEqualTo(End.WAS_FINISHED);
    assertThat(trained.events())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .isInstanceOfSatisfying(
                        Waiting.class,
                        waiting -> {
                          assertThat(waiting.owner()).isEqualTo("another");
                          assertThat(waiting.term()).isEqualTo(2);
                          assertThat(waiting.location())
                              .isEqualTo(runs.tiny().run("done").toString());
                        }),
            second -> assertThat(second).isInstanceOf(AlreadyFinished.class));
  }

  @Test
  void whenTheTimeIsOverTheRunIsStillTheOthers() throws IOException {
    try (Lease other = hold("held", Duration.ofMinutes(10))) {
      assertThatThrownBy(() -> runs.train(waiting(Duration.ofMillis(300)), "run=held"))
          .isInstanceOfSatisfying(RunHeldProblem.class, p -> assertThat(p.exitCode()).isEqualTo(4))
          .hasMessageContaining("held by another until");
      other.check();
    }
  }

  @Test
  void whoIsToldToStopWaitsNoLonger() throws Exception {
    try (Lease other = hold("stopped", Duration.ofMinutes(10))) {
      List<TrainingEvent> events = new ArrayList<>();
      List<Thread> stopping = new ArrayList<>();
      TrainingJob[] job = new TrainingJob[1];
      job[0] =
          new TrainingJob(
              LocalSpark.context(),
              runs.setup("run=stopped"),
              new Stores(Map.of()),
              waiting(Duration.ofHours(1)),
              event -> {
                events.add(event);
                stopping.add(new Thread(job[0]::stop));
                stopping.get(0).start();
              });

      assertThat(job[0].run()).isEqualTo(End.INTERRUPTED);

      stopping.get(0).join();
      assertThat(events).singleElement().isInstanceOf(Waiting.class);
      other.check();
    }
  }
}
