package org.googlenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.report.GoogLeNetHeads.heads;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Initialised;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingEvent.Waiting;
import org.googlenet.report.TrainingEvent.Warned;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  private static final TrainingEvent STARTED =
      new RunStarted(
          "sample",
          "runs/sample",
          "onednn",
          "fp32",
          "avx512_core_bf16; amd64 level 3",
          1,
          811_600_000,
          2,
          12,
          5_994_890,
          4000);
  private static final TrainingEvent WAITING =
      new Waiting("runs/sample", "4711@host-5d2f8a10", 2, "2026-01-01T00:10:00Z");
  private static final TrainingEvent INITIALISED = new Initialised("models", "81fa");
  private static final TrainingEvent RESUMED = new Resumed("000004-0001", 4, 64);
  private static final TrainingEvent CHECKPOINT =
      new CheckpointWritten("000008-0002", 47_959_120, Duration.ofMillis(1240), Duration.ZERO);
  private static final TrainingEvent EVALUATED =
      new Evaluated(8, 0.7124, 0.9781, 1000, 0, heads(0.8123, 1.0344, 0.9111));
  private static final TrainingEvent WARNED = new Warned("3 images were not readable");
  private static final TrainingEvent INTERRUPTED = new Interrupted("000008-0002", 8);
  private static final TrainingEvent FINISHED =
      new RunFinished(
          "sample",
          "runs/sample",
          "000012-0002",
          12,
          189,
          12_000,
          0,
          new Accuracy(0.7124, 0.9781),
          Duration.ofSeconds(483));
  private static final TrainingEvent FINISHED_ALREADY =
      new AlreadyFinished("sample", "runs/sample", "000012-0002", 12, null);

  private static RoundFinished round(int round) {
    return new RoundFinished(
        round,
        12,
        16L * round,
        1,
        1024L * round,
        0,
        0,
        heads(2.3012, 2.3101, 2.2987),
        heads(1.234, 0.0789, 12.3),
        heads(0.0166, Double.NaN, 0.142),
        0.0097,
        56.14,
        0.04,
        0.01,
        Duration.ofSeconds(192));
  }

  private static RoundFinished waiting(double share) {
    HeadValues unknown = heads();
    return new RoundFinished(
        1, 2, 3, 1, 4, 0, 0, unknown, unknown, unknown, 0.1, 5, 0, share, Duration.ZERO);
  }

  private static String shown(boolean interactive, TrainingEvent... events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        ProgressBar bar =
            interactive ? ProgressBar.redrawn(out, () -> 140) : ProgressBar.plain(out)) {
      List.of(events).forEach(bar::on);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void lossesThatNobodyToldAreUnknown() {
    assertThat(heads()).hasToString("unknown");
    assertThat(heads(1, 2, 3)).hasToString("main 1.000 aux1 2.000 aux2 3.000");
  }

  @Test
  void aLineHasAsManyFiguresAsTheNetworkHasHeads() {
    assertThat(HeadValues.of(List.of("output"), 0.5)).hasToString("output 0.500");
    assertThat(HeadValues.of(List.of("a", "b", "c", "d", "e"), 1, 2, 3, 4))
        .hasToString("a 1.000 b 2.000 c 3.000 d 4.000 e NaN");
    assertThat(HeadValues.of(List.of("output"), 0.5).following("dead", Double::toString))
        .isEqualTo(", dead 0.5");
  }

  @Test
  void aRoundOfWhichOnlyTheTimeIsKnownShowsNoMoreThanThat() {
    assertThat(waiting(Double.NaN).text())
        .isEqualTo(
            "round 1/2, epoch 1, step 3: loss unknown, learning rate 0.100, 5.0 images/s, 0s left");
  }

  @Test
  void waitingForDataIsNamedWhereItIsWorthAWord() {
    assertThat(waiting(0.019).text()).doesNotContain("waiting");
    assertThat(waiting(0.117).text()).endsWith("5.0 images/s, 12% waiting for data, 0s left");
    assertThat(shown(true, waiting(0.019))).doesNotContain("waiting");
    assertThat(shown(true, waiting(0.117))).contains("5.0 images/s, 12% waiting for data");
  }

  @Test
  void withoutATerminalEachEventIsAPlainLine() {
    assertThat(
            shown(
                false,
                WAITING,
                INITIALISED,
                STARTED,
                RESUMED,
                round(8),
                CHECKPOINT,
                EVALUATED,
                WARNED,
                INTERRUPTED,
                FINISHED,
                FINISHED_ALREADY))
        .isEqualTo(
            """
            runs/sample: held by 4711@host-5d2f8a10 (term 2); waiting for it until 2026-01-01T00:10:00Z
            beginning with the parameters of models (SHA-256 81fa)
            run sample in runs/sample: engine onednn fp32 (avx512_core_bf16; amd64 level 3), 1 thread and 812 MB a worker, 2 workers, 12 rounds of 4,000 examples an epoch, 5,994,890 parameters
            going on from checkpoint 000004-0001: round 4, step 64
            round 8/12, epoch 1, step 128: loss main 2.301 aux1 2.310 aux2 2.299, gradient 1.2 0.079 12, dead 2% - 14%, learning rate 0.00970, 56.1 images/s, 3m12s left
            checkpoint 000008-0002: 48.0 MB in 1.2 s
            evaluation after round 8: top-1 71.24%, top-5 97.81% of 1,000 examples; loss main 0.812 aux1 1.034 aux2 0.911
            warning: 3 images were not readable
            interrupted after round 8, saved as checkpoint 000008-0002; the same command goes on from there
            run sample finished: top-1 71.24%, top-5 97.81%, 12 rounds, step 189, 12,000 examples, 8m03s; everything lies in runs/sample, the newest checkpoint is 000012-0002
            run sample is finished already: 12 rounds; everything lies in runs/sample, the newest checkpoint is 000012-0002; train --restart begins anew
            """);
  }

  @Test
  void aMemoryThatIsNotKnownIsNotTold() {
    assertThat(new RunStarted("a", "b", "dl4j", "fp32", "amd64 level 3", 2, 0, 1, 1, 10, 40).text())
        .contains("engine dl4j fp32 (amd64 level 3), 2 threads a worker, 1 worker, 1 round of 40");
  }

  @Test
  void onATerminalRoundsRedrawOneLine() {
    String losses = "main 2.301 aux1 2.310 aux2 2.299, lr 0.00970, 56.1 images/s";

    assertThat(shown(true, round(1), round(12)))
        .isEqualTo(
            "\r\033[K\033[?7lround 1/12 [----------] 3m12s left, "
                + losses
                + "\033[?7h"
                + "\r\033[K\033[?7lround 12/12 [##########] 3m12s left, "
                + losses
                + "\033[?7h\n");
  }

  @Test
  void aTerminalOf80ColumnsHasRoomForAllLosses() {
    assertThat(ProgressLine.of(round(8), 80))
        .isEqualTo(
            "round 8/12 [####--] 3m12s left, main 2.301 aux1 2.310 aux2 2.299, 56.1 images/s");
    assertThat(ProgressLine.of(round(8), 40)).isEqualTo("round 8/12 [##-] 3m12s left, main 2.301");
    assertThat(ProgressLine.of(round(8), 24)).isEqualTo("round 8/12 3m12s left");
    assertThat(ProgressLine.of(round(8), 5)).isEmpty();
  }

  @Test
  void whatMattersMostIsLeftOutLast() {
    RoundFinished troubled =
        new RoundFinished(
            123_456,
            999_999,
            1,
            1,
            1,
            0,
            12_345,
            heads(2.3012, 2.3101, 2.2987),
            heads(),
            heads(),
            0.0097,
            56.14,
            0.04,
            0.31,
            Duration.ofHours(80));

    assertThat(ProgressLine.of(troubled, 80))
        .isEqualTo("round 123456/999999 3d08h left, main 2.301, 12,345 bad records passed over");
    assertThat(ProgressLine.of(troubled, 140))
        .isEqualTo(
            "round 123456/999999 [---] 3d08h left, main 2.301 aux1 2.310 aux2 2.299, 56.1 images/s,"
                + " 31% waiting for data, 12,345 bad records passed over");
  }

  @Test
  void noLineIsWiderThanItsTerminalOrCutInTheMiddleOfAPart() {
    List<String> parts =
        List.of(ProgressLine.of(round(8), 200).replaceFirst(" \\[.*\\]", "").split("(?=[, ])"));
    for (int columns = 1; columns < 120; columns++) {
      String line = ProgressLine.of(round(8), columns);
      assertThat(line).hasSizeLessThan(Math.max(1, columns));
      assertThat(line.replaceFirst(" \\[.*\\]", "").split("(?=[, ])"))
          .allSatisfy(part -> assertThat(part.isEmpty() || parts.contains(part)).isTrue());
    }
  }

  @Test
  void aLineFollowsTheTerminalsWidth() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] columns = {80};
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        ProgressBar bar = ProgressBar.redrawn(out, () -> columns[0])) {
      bar.redraw();
      assertThat(bytes.size()).isZero();
      bar.on(round(8));
      columns[0] = 24;
      bar.redraw();
    }
    assertThat(screen(bytes.toString(StandardCharsets.UTF_8))).isEqualTo("round 8/12 3m12s left\n");
  }

  @Test
  void otherEventsStandAboveTheBarAndTheEndBelowIt() {
    String screen = screen(shown(true, STARTED, round(5), WARNED, round(6), FINISHED));

    assertThat(screen.lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("run sample in runs/sample"),
            line -> assertThat(line).isEqualTo("warning: 3 images were not readable"),
            line -> assertThat(line).startsWith("round 6/12 [#####-----] 3m12s left"),
            line -> assertThat(line).startsWith("run sample finished: top-1 71.24%"));
  }

  /** What a terminal shows in the end: of each line only what came after the last erasure. */
  private static String screen(String written) {
    return written.replaceAll("\033\\[\\?7[lh]", "").replaceAll("[^\n]*\r\033\\[K", "");
  }

  @Test
  void aClosedBarLeavesTheCursorOnANewLine() {
    assertThat(shown(true, round(3))).endsWith("\n");
    assertThat(shown(true, round(3), FINISHED)).endsWith("000012-0002\n");
    assertThat(shown(true)).isEmpty();
  }

  @Test
  void numbersDoNotFollowTheMachinesLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(round(8).text()).contains("main 2.301", "56.1 images/s");
      assertThat(STARTED.text()).contains("5,994,890");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aDurationIsShownByItsTwoLargestUnits() {
    assertThat(List.of(-1, 0, 59, 60, 3599, 3600, 86_399, 86_400, 273_600))
        .map(seconds -> EventText.shortly(Duration.ofSeconds(seconds)))
        .containsExactly("0s", "0s", "59s", "1m00s", "59m59s", "1h00m", "23h59m", "1d00h", "3d04h");
  }

  @Test
  void lossesThatAreNoNumbersAreShownAsSuch() {
    assertThat(heads(Double.NaN, Double.POSITIVE_INFINITY, 0))
        .hasToString("main NaN aux1 Infinity aux2 0.000");
  }
}
