package org.googlenet.report.metrics;

import java.util.Map;

/**
 * Writes values in Prometheus' text format, version 0.0.4, as in {@code
 * googlenet_loss{run="monday",head="main"} 0.8}.
 */
final class PrometheusText {

  private PrometheusText() {}

  /**
   * All values of a run.
   *
   * @param values in their order, which has the values of a metric together
   */
  static String of(String run, Map<Series, Double> values) {
    StringBuilder text = new StringBuilder();
    Metric[] last = {null};
    values.forEach(
        (series, value) -> {
          if (series.metric() != last[0]) {
            last[0] = series.metric();
            head(text, series.metric());
          }
          text.append(series.metric().fullName()).append('{');
          label(text, "run", run);
          if (!series.label().isEmpty()) {
            label(text.append(','), series.metric().label(), series.label());
          }
          text.append("} ").append(number(value)).append('\n');
        });
    return text.toString();
  }

  private static void head(StringBuilder text, Metric metric) {
    String name = metric.fullName();
    text.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(metric.type()).append('\n');
  }

  private static void label(StringBuilder text, String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    text.append(name).append("=\"").append(escaped).append('"');
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
