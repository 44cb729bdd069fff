package org.googlenet.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run of the zoo benchmark measured, as JSON and as a table. */
final class ZooResults {

  static final String DL4J = "dl4j_fp32";
  static final String ONEDNN = "onednn_";
  static final String PYTORCH = "pytorch_";

  private static final List<String> FIGURES =
      List.of(DL4J, ONEDNN + "fp32", ONEDNN + "bf16", PYTORCH + "fp32", PYTORCH + "bf16");

  /** What is divided by what the engine takes, by the title of the column. */
  private static final Map<String, List<String>> RATIOS = new LinkedHashMap<>();

  static {
    RATIOS.put("dl4j/fp32", List.of(DL4J, ONEDNN + "fp32"));
    RATIOS.put("dl4j/bf16", List.of(DL4J, ONEDNN + "bf16"));
    RATIOS.put("pytorch/fp32", List.of(PYTORCH + "fp32", ONEDNN + "fp32"));
    RATIOS.put("pytorch/bf16", List.of(PYTORCH + "bf16", ONEDNN + "bf16"));
  }

  private final Map<String, Object> setting;
  private final List<Row> rows = new ArrayList<>();

  /** A network at a side: milliseconds of a step by figure; why the engine refuses it, or null. */
  record Row(String network, int side, long parameters, Map<String, Double> steps, String refused) {

    /** How many times as long as the engine another takes; null where either was not measured. */
    Double ratio(List<String> figures) {
      Double other = steps.get(figures.get(0));
      Double engine = steps.get(figures.get(1));
      return other == null || engine == null ? null : rounded(other / engine);
    }
  }

  /**
   * @param setting what was measured, where and with which versions
   */
  ZooResults(Map<String, Object> setting) {
    this.setting = new LinkedHashMap<>(setting);
  }

  void put(String name, Object value) {
    setting.put(name, value);
  }

  void add(Row row) {
    rows.add(row);
  }

  /** One line. */
  String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("setting", setting);
    all.put("networks", rows.stream().map(ZooResults::fields).toList());
    try {
      return JsonMapper.builder().build().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are plain values", e);
    }
  }

  private static Map<String, Object> fields(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("network", row.network);
    fields.put("side", row.side);
    fields.put("parameters", row.parameters);
    FIGURES.forEach(
        figure -> {
          Double ms = row.steps.get(figure);
          fields.put(figure + "_ms", ms == null ? null : rounded(ms));
        });
    RATIOS.forEach((title, figures) -> fields.put(title, row.ratio(figures)));
    fields.put("refused", row.refused);
    return fields;
  }

  /** The table: milliseconds of a step, then how many times as long as the engine others take. */
  String toText() {
    StringBuilder text = new StringBuilder();
    setting.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    text.append(String.format(Locale.ROOT, "%n%-16s%6s", "ms a step", "side"));
    FIGURES.forEach(figure -> text.append(String.format("%14s", figure.replace('_', ' '))));
    RATIOS.keySet().forEach(title -> text.append(String.format("%14s", title)));
    text.append('\n');
    for (Row row : rows) {
      text.append(String.format(Locale.ROOT, "%-16s%6d", row.network, row.side));
      FIGURES.forEach(figure -> text.append(cell("%14.1f", row.steps.get(figure))));
      RATIOS.values().forEach(figures -> text.append(cell("%13.1fx", row.ratio(figures))));
      text.append(row.refused == null ? "\n" : "  refused: " + row.refused + "\n");
    }
    return text.toString();
  }

  private static String cell(String format, Double value) {
    return value == null ? String.format("%14s", "-") : String.format(Locale.ROOT, format, value);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
