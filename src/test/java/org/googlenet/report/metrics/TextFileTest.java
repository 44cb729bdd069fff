package org.googlenet.report.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.googlenet.report.TrainingEvent;
import org.googlenet.run.Lease;
import org.googlenet.run.MovableClock;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {

  private static final Stores STORES = new Stores(Map.of());

  @TempDir private Path folder;

  private final MovableClock clock = new MovableClock();
  private final Instant begin = clock.instant();

  @Test
  void valuesHaveNamesHelpTypesAndLabels() throws IOException {
    try (Lease lease = lease()) {
      Path file = folder.resolve("monday.prom");
      tell(textFile(file), lease, Story.started(), Story.timed(1, 10), Story.done(1, 0.9));

      assertThat(Files.readAllLines(file))
          .containsSubsequence(
              "# HELP googlenet_state 1 for the state that the training is in, 0 for the others.",
              "# TYPE googlenet_state gauge",
              "googlenet_state{run=\"monday\",state=\"running\"} 1",
              "googlenet_start_timestamp_seconds{run=\"monday\"} " + begin.getEpochSecond(),
              "googlenet_round{run=\"monday\"} 1",
              "googlenet_loss{run=\"monday\",head=\"aux1\"} 1.5",
              "googlenet_loss{run=\"monday\",head=\"main\"} 0.8125",
              "# TYPE googlenet_rewinds_total counter",
              "googlenet_rewinds_total{run=\"monday\"} 0",
              "googlenet_round_part_seconds{run=\"monday\",part=\"steps\"} 5");
    }
  }

  @Test
  void itStaysWithHowTheTrainingEnded() throws IOException {
    try (Lease lease = lease()) {
      Path file = folder.resolve("monday.prom");
      TextFile text = textFile(file);
      tell(text, lease, Story.started(), Story.failed(7));
      text.close();

      assertThat(Files.readAllLines(file))
          .contains(
              "googlenet_state{run=\"monday\",state=\"failed\"} 1",
              "googlenet_state{run=\"monday\",state=\"running\"} 0",
              "googlenet_exit_code{run=\"monday\"} 7")
          .noneMatch(line -> line.startsWith("googlenet_lease"));
    }
  }

  @Test
  void theLeaseIsThatOfTheLastRenewal() throws IOException {
    try (Lease lease = lease()) {
      Path file = folder.resolve("monday.prom");
      TextFile text = new TextFile(file.toString(), "monday", Clock.systemUTC());
      tell(text, lease, new TrainingEvent.Warned("x"));

      String left =
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("googlenet_lease_left_seconds"))
              .findFirst()
              .orElseThrow();
      assertThat(Double.parseDouble(left.replaceFirst(".* ", ""))).isBetween(30.0, 60.0);
    }
  }

  @Test
  void whileAnotherDriverHasTheRunTheFileIsThatDrivers() throws IOException {
    Path file = folder.resolve("monday.prom");
    textFile(file).on(new TrainingEvent.Waiting("runs/monday", "7@other", 3, "18:00"));
    assertThat(file).doesNotExist();
  }

  @Test
  void nothingElseIsLeftBesideIt() throws IOException {
    try (Lease lease = lease()) {
      Path metrics = Files.createDirectory(folder.resolve("metrics"));
      tell(textFile(metrics.resolve("monday.prom")), lease, Story.started(), Story.failed(1));
      try (Stream<Path> files = Files.list(metrics)) {
        assertThat(files.map(each -> each.getFileName().toString())).containsExactly("monday.prom");
      }
    }
  }

  @Test
  void aFolderThatIsNotThereEndsNothingAndIsTriedAgain() throws IOException {
    try (Lease lease = lease()) {
      Path metrics = folder.resolve("later");
      TextFile text = textFile(metrics.resolve("monday.prom"));
      assertThatCode(() -> tell(text, lease, new TrainingEvent.Warned("x")))
          .doesNotThrowAnyException();

      Files.createDirectory(metrics);
      text.on(new TrainingEvent.Warned("y"));
      assertThat(metrics.resolve("monday.prom"))
          .content()
          .contains("warnings_total{run=\"monday\"} 2");
    }
  }

  @Test
  void labelsAndNumbersAreWrittenAsPrometheusReadsThem() {
    Map<Series, Double> values = new TreeMap<>();
    values.put(new Series(Metric.LOSS, "a\"b\\c\nd"), Double.POSITIVE_INFINITY);
    values.put(Series.of(Metric.LEARNING_RATE), 1e-5);
    values.put(Series.of(Metric.CHECKPOINT_BYTES), 4.8e10);

    assertThat(PrometheusText.of("monday", values).lines().filter(line -> !line.startsWith("#")))
        .isEqualTo(
            List.of(
                "googlenet_loss{run=\"monday\",head=\"a\\\"b\\\\c\\nd\"} +Inf",
                "googlenet_learning_rate{run=\"monday\"} 1.0E-5",
                "googlenet_checkpoint_bytes{run=\"monday\"} 48000000000"));
  }

  private TextFile textFile(Path file) {
    return new TextFile(file.toString(), "monday", clock);
  }

  private Lease lease() throws IOException {
    return Lease.acquire(
        STORES.open(folder.resolve("run").toString()),
        Lease.newOwner(),
        Duration.ofSeconds(60),
        Clock.systemUTC());
  }

  private static void tell(TextFile text, Lease lease, TrainingEvent... events) {
    text.begin(new RunFiles(lease));
    for (TrainingEvent event : events) {
      text.on(event);
    }
  }
}
