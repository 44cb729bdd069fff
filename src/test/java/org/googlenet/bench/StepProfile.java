package org.googlenet.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.engine.OneDnnEngine;
import org.googlenet.engine.onednn.Plan;

/** What takes the time of a training step of oneDNN's engine, by kind of operation. */
final class StepProfile {

  private StepProfile() {}

  /**
   * Times every operation and adds up the medians by kind.
   *
   * @param times how often the operations are run
   * @return milliseconds, one line a kind and one for all
   */
  static String of(OneDnnEngine engine, int times) {
    List<List<Plan.Timing>> runs = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      runs.add(engine.profile());
    }
    Map<String, Double> byKind = new TreeMap<>();
    for (int i = 0; i < runs.get(0).size(); i++) {
      int operation = i;
      double median =
          runs.stream()
              .mapToDouble(run -> run.get(operation).seconds())
              .sorted()
              .skip(times / 2)
              .findFirst()
              .orElseThrow();
      byKind.merge(runs.get(0).get(i).kind(), 1e3 * median, Double::sum);
    }
    StringBuilder text = new StringBuilder();
    byKind.forEach((kind, ms) -> line(text, kind, ms));
    line(text, "all operations", byKind.values().stream().mapToDouble(ms -> ms).sum());
    return text.toString();
  }

  static void line(StringBuilder text, String what, double ms) {
    text.append(String.format(Locale.ROOT, "%-26s %9.1f ms%n", what, ms));
  }
}
