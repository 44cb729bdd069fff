package org.googlenet.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run of the engine benchmark measured, as JSON and as a table with ratios. */
final class Results {

  static final String DL4J = "dl4j";
  static final String ONEDNN = "onednn";
  static final String LIMIT_DIRECT = "limit_direct";
  static final String LIMIT_AUTO = "limit_auto";
  static final String PYTORCH = "pytorch";

  static final String PEAK_NATIVE_BYTES = "peak_native_bytes";

  private static final List<String> SUBJECTS =
      List.of(DL4J, ONEDNN, LIMIT_DIRECT, LIMIT_AUTO, PYTORCH);
  private static final List<String> FIGURES =
      List.of("train_fp32", "train_bf16", "forward_fp32", "forward_bf16");

  private final Map<String, Object> setting;
  private final Map<String, Map<String, Number>> subjects = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> pytorchVariants = new LinkedHashMap<>();

  /**
   * @param setting what was measured, where and with which versions
   */
  Results(Map<String, Object> setting) {
    this.setting = new LinkedHashMap<>(setting);
    for (String subject : SUBJECTS) {
      Map<String, Number> fields = new LinkedHashMap<>();
      FIGURES.forEach(figure -> fields.put(figure, null));
      fields.put(PEAK_NATIVE_BYTES, null);
      subjects.put(subject, fields);
    }
  }

  /** Sets a field of a subject: images per second, or bytes. */
  void put(String subject, String field, Number value) {
    subjects.get(subject).put(field, value);
  }

  /** Takes what a variant reached; of all variants the best figure counts. */
  void put(PyTorchPeer.Result result) {
    setting.put(PYTORCH, result.version());
    String precision = result.variant().precision();
    boolean best = putIfBetter("train_" + precision, result.train());
    if (best && precision.equals("fp32")) {
      put(PYTORCH, PEAK_NATIVE_BYTES, result.peakResidentBytes());
    }
    putIfBetter("forward_" + precision, result.forward());
    Map<String, Double> variant = new LinkedHashMap<>();
    variant.put("train", rounded(result.train()));
    variant.put("forward", rounded(result.forward()));
    pytorchVariants.put(result.variant().name(), variant);
  }

  private boolean putIfBetter(String figure, double value) {
    Number before = subjects.get(PYTORCH).get(figure);
    boolean better = before == null || value > before.doubleValue();
    if (better) {
      put(PYTORCH, figure, value);
    }
    return better;
  }

  /** One object on one line; a figure that was not measured is null. */
  String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    subjects.forEach(
        (subject, fields) -> {
          Map<String, Object> copy = new LinkedHashMap<>();
          fields.forEach(
              (name, value) -> copy.put(name, value instanceof Double d ? rounded(d) : value));
          all.put(subject, copy);
        });
    all.put("pytorch_variants", pytorchVariants);
    all.put("setting", setting);
    try {
      return JsonMapper.builder().build().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are plain values", e);
    }
  }

  /** The table, and how fast onednn is against each of the others. */
  String toText() {
    StringBuilder text = new StringBuilder();
    setting.forEach((name, value) -> line(text, "%s: %s", name, value));
    line(text, "");
    header(text, "images/s");
    subjects.forEach((subject, fields) -> row(text, subject, "%.2f", fields, null));
    line(text, "");
    header(text, "onednn against");
    subjects.forEach(
        (subject, fields) -> {
          if (!subject.equals(ONEDNN)) {
            row(text, subject, "%.2fx", subjects.get(ONEDNN), fields);
          }
        });
    line(text, "");
    subjects
        .get(ONEDNN)
        .forEach(
            (name, value) -> {
              if (value instanceof Long bytes) {
                line(text, "onednn %s: %,d", name, bytes);
              }
            });
    pytorchVariants.forEach(
        (name, metrics) ->
            line(
                text,
                "pytorch, %s: train %.2f, forward %.2f images/s",
                name,
                metrics.get("train"),
                metrics.get("forward")));
    return text.toString();
  }

  private static void header(StringBuilder text, String title) {
    text.append(String.format("%-16s", title));
    FIGURES.forEach(figure -> text.append(String.format("%14s", figure.replace('_', ' '))));
    line(text, "");
  }

  /** RoundMetrics, divided by others if there are any. */
  private static void row(
      StringBuilder text,
      String subject,
      String format,
      Map<String, Number> metrics,
      Map<String, Number> divisors) {
    text.append(String.format("%-16s", subject));
    for (String figure : FIGURES) {
      Number value = metrics.get(figure);
      Number divisor = divisors == null ? Integer.valueOf(1) : divisors.get(figure);
      String shown =
          value == null || divisor == null
              ? "-"
              : String.format(Locale.ROOT, format, value.doubleValue() / divisor.doubleValue());
      text.append(String.format("%14s", shown));
    }
    line(text, "");
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
