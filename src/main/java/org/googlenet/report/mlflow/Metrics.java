package org.googlenet.report.mlflow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.report.HeadValues;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;

/** The metrics of an event by their names; what is not known is left out. */
final class Metrics {

  private final Map<String, Double> values = new LinkedHashMap<>();

  private Metrics() {}

  static Map<String, Double> of(RoundFinished round) {
    return new Metrics()
        .with("train/loss", round.loss())
        .with("train/gradient_norm", round.gradientNorm())
        .with("train/dead_units", round.deadUnits())
        .with("train/learning_rate", round.learningRate())
        .with("train/round", round.round())
        .with("train/epoch", round.epoch())
        .with("train/examples", (double) round.examples())
        .with("train/bad_records", (double) round.quarantined())
        .with("speed/images_per_second", round.imagesPerSecond())
        .with("speed/outside_share", round.outsideShare())
        .with("speed/wait_share", round.waitShare())
        .values;
  }

  /** In seconds. */
  static Map<String, Double> of(RoundTimed round) {
    RoundTime parts = round.parts();
    return new Metrics()
        .with("time/round", round.seconds())
        .with("time/start", parts.start())
        .with("time/load", parts.load())
        .with("time/first_batch", parts.firstBatch())
        .with("time/waiting", parts.waiting())
        .with("time/steps", parts.steps())
        .with("time/sum", parts.sum())
        .with("time/update", parts.update())
        .values;
  }

  static Map<String, Double> of(Evaluated evaluated) {
    return new Metrics()
        .with("validation/top1", evaluated.top1())
        .with("validation/top5", evaluated.top5())
        .with("validation/loss", evaluated.loss())
        .values;
  }

  /** In seconds. */
  static Map<String, Double> of(CheckpointWritten checkpoint) {
    return new Metrics()
        .with("time/checkpoint", checkpoint.took().toMillis() / 1e3)
        .with("time/checkpoint_waited", checkpoint.waited().toMillis() / 1e3)
        .values;
  }

  private Metrics with(String name, double value) {
    if (!Double.isNaN(value)) {
      values.put(name, value);
    }
    return this;
  }

  private Metrics with(String name, HeadValues heads) {
    heads.byHead().forEach((head, value) -> with(name + "/" + head, value));
    return this;
  }
}
