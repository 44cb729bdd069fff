package org.googlenet.report;

import static org.googlenet.report.GoogLeNetHeads.heads;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.DataUsed;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;

/**
 * The events of a small training, as its listeners hear them, for tests.
 *
 * @param location of the run
 */
public record TrainedEvents(String location) {

  public RunStarted started() {
    return new RunStarted(
        "monday", location, "onednn", "fp32", "amd64 level 4", 1, 0, 2, 3, 100, 36);
  }

  public Described described() {
    return described(Map.of("training.epochs", "3"));
  }

  /**
   * The same with some keys of the recipe.
   *
   * @param keys beside {@code model.side}, and {@code report.mlflow.uri}
   */
  public Described described(Map<String, String> keys) {
    Map<String, String> recipe = new LinkedHashMap<>(keys);
    recipe.put("model.side", "65");
    recipe.put("report.mlflow.uri", "http://127.0.0.1:1");
    return new Described(
        recipe,
        List.of("model.side"),
        List.of(
            new DataUsed(
                "train", "s3a://bucket/sets/train", "ab".repeat(32), 36, List.of("0", "1")),
            new DataUsed("validation", "/sets/validation", "cd".repeat(32), 8, List.of("0", "1"))),
        Map.of("googlenet", "0.1.0", "spark", "3.5.8", "git", "c0ffee"));
  }

  public RoundTimed timed(int round) {
    return new RoundTimed(
        round, 1.5, new RoundTime(0.1, 0.1, Double.NaN, 0.1, 1, 0.1, 0.1, List.of()));
  }

  /** A round of eight steps. */
  public RoundFinished round(int round) {
    return new RoundFinished(
        round,
        3,
        8L * round,
        1,
        32L * round,
        0,
        0,
        heads(1.5, Double.POSITIVE_INFINITY, 2),
        heads(2, 0, 0.25),
        heads(0.125, Double.NaN, 1),
        0.01,
        21,
        0.25,
        Double.NaN,
        Duration.ofSeconds(9));
  }

  public Evaluated evaluated(int round) {
    return new Evaluated(round, 0.5, 0.875, 8, 0, heads(1, 2, 3));
  }

  public CheckpointWritten checkpoint(int round) {
    return new CheckpointWritten(
        String.format(Locale.ROOT, "%06d-0001", round),
        1000,
        Duration.ofMillis(1500),
        Duration.ofMillis(250));
  }

  public RunFinished finished() {
    return new RunFinished(
        "monday", location, "000003-0001", 3, 24, 96, 0, new Accuracy(0.5, 0.875), Duration.ZERO);
  }

  public RunFailed failed(int exitCode) {
    return new RunFailed("monday", location, exitCode, "shard 3 is gone; restore it");
  }
}
