package org.googlenet.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.evaluation.Wilson;
import org.googlenet.registry.GateRecord;
import org.googlenet.run.Metadata;

/**
 * A measured accuracy of a model, as its card tells it.
 *
 * @param when it was measured, for people
 * @param data path or URI of the data set, as it was named then
 * @param examples how many were classified; null if not recorded
 * @param value the share of them that was right, 0 to 1
 */
record CardResult(String when, Optional<String> data, Long examples, Metric metric, double value) {

  /** What was measured. */
  enum Metric {
    TOP1("top-1 accuracy", "accuracy"),
    TOP5("top-5 accuracy", "top_5_accuracy");

    private final String text;
    private final String type;

    Metric(String text, String type) {
      this.text = text;
      this.type = type;
    }

    /** What people call it. */
    String text() {
      return text;
    }

    /** What the metadata block calls it. */
    String type() {
      return type;
    }
  }

  /** Those of the evaluation that a checkpoint records. */
  static List<CardResult> ofTraining(Metadata metadata) {
    Map<String, Double> metrics = metadata.metrics();
    Double evaluated = metrics.get(Metadata.EVALUATED);
    Long examples = evaluated == null ? null : evaluated.longValue();
    Optional<String> data = Optional.ofNullable(metadata.labels().get(Metadata.VALIDATION));
    List<CardResult> results = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      Double value = metrics.get(metric == Metric.TOP1 ? Metadata.TOP1 : Metadata.TOP5);
      if (value != null) {
        results.add(new CardResult("in training", data, examples, metric, value));
      }
    }
    return results;
  }

  /** That of the gate, if it evaluated the model. */
  static List<CardResult> of(GateRecord record) {
    Double top1 = record.challenger().top1();
    if (top1 == null) {
      return List.of();
    }
    long unread = record.unread() == null ? 0 : record.unread();
    return List.of(
        new CardResult(
            "by the gate",
            Optional.ofNullable(record.data()),
            record.records() - unread,
            Metric.TOP1,
            top1));
  }

  /** The value in percent. */
  String percent() {
    return percent(value);
  }

  /** Wilson's 95% interval in percent; empty if the number of examples is not known. */
  Optional<String> interval() {
    if (examples == null || examples < 1) {
      return Optional.empty();
    }
    Wilson interval = Wilson.ofShare(value, examples);
    return Optional.of(percent(interval.low()) + " to " + percent(interval.high()));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }
}
