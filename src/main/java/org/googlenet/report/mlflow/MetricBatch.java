package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Metrics that are sent together. */
final class MetricBatch {

  /** MLflow takes 1000 with a call; an event adds some thirty. */
  private static final int MANY = 900;

  private ArrayNode metrics = JsonNodeFactory.instance.arrayNode();

  /**
   * Adds values.
   *
   * @param step global steps done
   * @param time in milliseconds since 1970
   */
  void add(Map<String, Double> values, long step, long time) {
    values.forEach(
        (key, value) -> {
          ObjectNode metric = metrics.addObject().put("key", Tags.key(key));
          if (Double.isInfinite(value)) {
            metric.put("value", value > 0 ? "Infinity" : "-Infinity"); // JSON has no number for it
          } else {
            metric.put("value", value);
          }
          metric.put("timestamp", time).put("step", step);
        });
  }

  boolean isEmpty() {
    return metrics.isEmpty();
  }

  /** Whether it is to be sent now. */
  boolean isFull() {
    return metrics.size() >= MANY;
  }

  /** Returns the metrics since the last call. */
  ArrayNode take() {
    ArrayNode taken = metrics;
    metrics = JsonNodeFactory.instance.arrayNode();
    return taken;
  }
}
