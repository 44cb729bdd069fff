package org.googlenet.report.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.common.SplitMix;
import org.googlenet.report.HeadValues;
import org.googlenet.report.JsonLines;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;

/**
 * The lines of a run of any length, as a training would have stored them: for tests of its report.
 * As a program it writes the report of a run of 10,000 rounds, whose names are hostile, to a file.
 */
final class LongRun {

  static final String HOSTILE = "</script><img src=x onerror=alert(1)>&\"'\u2028";

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ROUND_SECONDS = 8;

  private final int rounds;
  private final List<String> lines = new ArrayList<>();

  private LongRun(int rounds) {
    this.rounds = rounds;
  }

  /** Writes a page. */
  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[1]);
    Files.write(Path.of(arguments[0]), Page.of(List.of(shown("long", lines(rounds))), BEGUN));
  }

  static Shown shown(String location, List<String> lines) {
    return new Shown(
        new RunReader(location).addLines(lines).data(),
        Pictures.NONE,
        Optional.of(new Shown.Champion("monday-000040-0001", 0.7, 0.95)));
  }

  static List<String> lines(int rounds) {
    LongRun run = new LongRun(rounds);
    run.add(
        0,
        new TrainingEvent.RunStarted(
            "long", "long", "onednn", "fp32", "avx2", 1, 0, 2, rounds, 6_401_870, 4000));
    run.add(
        0,
        new TrainingEvent.Described(
            Map.of("training.batch", "32", "run", HOSTILE),
            List.of("run"),
            List.of(new TrainingEvent.DataUsed("train", "data/x", "ab12", 4000, List.of(HOSTILE))),
            Map.of("java", "17")));
    for (int round = 1; round <= rounds; round++) {
      run.round(round);
    }
    return run.lines;
  }

  /** The loss of a round: it falls, and has one peak and one trough. */
  static double loss(int round, int rounds) {
    if (round == rounds / 3) {
      return 9.87;
    }
    if (round == rounds / 2) {
      return 0.0123;
    }
    double noise = (SplitMix.hash(1, round) & 0xFFFF) / 65536.0;
    return 0.5 + 2.0 * Math.exp(-4.0 * round / rounds) + 0.1 * noise;
  }

  private void round(int round) {
    double loss = loss(round, rounds);
    add(
        round,
        new TrainingEvent.RoundTimed(
            round,
            ROUND_SECONDS,
            new RoundTime(
                0.2,
                0.1,
                0.3,
                0.1,
                6.5,
                0.4,
                0.1,
                List.of(
                    new RoundTime.OfWorker(1, "2 at b", 128, 7.1, 0.4, 6.5),
                    new RoundTime.OfWorker(0, "1 at a", 128, 6.9, 0.2, 6.5)))));
    add(
        round,
        new TrainingEvent.RoundFinished(
            round,
            rounds,
            round * 8L,
            1 + round / 16,
            round * 256L,
            0,
            0,
            heads(loss),
            heads(loss / 2),
            heads(0.02),
            0.1 * (1 - (double) round / rounds),
            32.0,
            0.2,
            0.05,
            Duration.ofSeconds((long) ROUND_SECONDS * (rounds - round))));
    if (round % 100 == 0 || round == rounds) {
      evaluate(round, loss);
    }
  }

  private void evaluate(int round, double loss) {
    double top1 = Math.max(0, 1 - loss / 3);
    add(round, new TrainingEvent.Evaluated(round, top1, 0.9, 1000, 0, heads(loss)));
    add(
        round,
        new TrainingEvent.Mistaken(
            round,
            Duration.ofSeconds(2),
            List.of(new TrainingEvent.Mistaken.OfClass(HOSTILE, 100, 0.4)),
            List.of(new TrainingEvent.Mistaken.Pair("Shirt", HOSTILE, 21, 100)),
            List.of(
                new TrainingEvent.Mistaken.Mistake(
                    HOSTILE, "validation-00000.tar", 3, "Shirt", "Coat", 0.99))));
    String name = String.format(java.util.Locale.ROOT, "%06d-0001", round);
    add(
        round,
        new TrainingEvent.CheckpointWritten(
            name, 51_400_000, Duration.ofMillis(300), Duration.ofMillis(20)));
  }

  private static HeadValues heads(double main) {
    return HeadValues.of(List.of("main", "aux1", "aux2"), main, 1.1 * main, 1.2 * main);
  }

  private void add(int round, TrainingEvent event) {
    lines.add(JsonLines.line(event, BEGUN.plusSeconds((long) ROUND_SECONDS * round)));
  }
}
