package org.googlenet.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that an evaluation says of a model: what it takes for what, each class, and whether its
 * probabilities can be believed; as tables for spreadsheets (CSV by RFC 4180) and as a value for
 * JSON.
 *
 * <p>All of it is of exact counts, so that it is the same however many tasks evaluated.
 *
 * @param classes in the order of the labels
 * @param calibrationError expected, by the bins
 * @param bins of confidence
 * @param confusion each pair that occurs
 */
public record EvaluationReport(
    long examples,
    long unread,
    double top1,
    Wilson top1Interval,
    double top5,
    Wilson top5Interval,
    Map<String, Double> loss,
    List<ClassFigures> classes,
    double calibrationError,
    List<Calibration.Bin> bins,
    List<Cell> confusion) {

  /**
   * Up to so many classes all pairs of them are a table: 32 MB, where 21,841 classes would make
   * nearly a GB.
   */
  static final int MOST_IN_MATRIX = 4_000;

  public EvaluationReport {
    loss = new LinkedHashMap<>(loss);
    classes = List.copyOf(classes);
    bins = List.copyOf(bins);
    confusion = List.copyOf(confusion);
  }

  /**
   * How often one class was taken for another, or for itself.
   *
   * @param label the true one, from 0
   * @param predicted the most probable one, from 0
   */
  public record Cell(int label, int predicted, long count) {}

  /** The report of an evaluation. */
  public static EvaluationReport of(Evaluator.Result result) {
    Evaluation evaluation = result.evaluation();
    List<Cell> cells = new ArrayList<>();
    result
        .confusion()
        .forEach((pair, count) -> cells.add(new Cell(pair.label(), pair.predicted(), count)));
    return new EvaluationReport(
        evaluation.examples(),
        evaluation.unread(),
        evaluation.top1(),
        Wilson.ofShare(evaluation.top1(), evaluation.examples()),
        evaluation.top5(),
        Wilson.ofShare(evaluation.top5(), evaluation.examples()),
        evaluation.loss(),
        ClassFigures.of(evaluation, result.confusion()),
        result.calibration().error(),
        result.calibration().bins(),
        cells);
  }

  /** The tables by their names. */
  public Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put(
        "confusion.csv", classes.size() <= MOST_IN_MATRIX ? confusionMatrix() : confusionPairs());
    tables.put("classes.csv", classTable());
    tables.put("calibration.csv", calibrationTable());
    return tables;
  }

  /** A row for each true class, a column for each predicted one. */
  private String confusionMatrix() {
    StringBuilder table = new StringBuilder();
    List<Object> header = new ArrayList<>(List.of("true \\ predicted"));
    classes.forEach(each -> header.add(each.name()));
    row(table, header.toArray());
    Map<Integer, List<Cell>> rows = confusion.stream().collect(Collectors.groupingBy(Cell::label));
    for (ClassFigures each : classes) {
      Object[] counts = new Object[classes.size() + 1];
      Arrays.fill(counts, 0);
      counts[0] = each.name();
      rows.getOrDefault(each.label(), List.of())
          .forEach(cell -> counts[1 + cell.predicted()] = cell.count());
      row(table, counts);
    }
    return table.toString();
  }

  /** A row for each pair that occurs. */
  private String confusionPairs() {
    StringBuilder table = new StringBuilder();
    row(table, "true_label", "true", "predicted_label", "predicted", "examples");
    for (Cell cell : confusion) {
      row(
          table,
          cell.label(),
          classes.get(cell.label()).name(),
          cell.predicted(),
          classes.get(cell.predicted()).name(),
          cell.count());
    }
    return table.toString();
  }

  private String classTable() {
    StringBuilder table = new StringBuilder();
    row(
        table,
        "label",
        "class",
        "examples",
        "top1_hits",
        "top5_hits",
        "top1",
        "top1_low",
        "top1_high",
        "top5",
        "top5_low",
        "top5_high",
        "predicted",
        "precision",
        "recall",
        "f1",
        "most_confused_with",
        "times_confused");
    for (ClassFigures each : classes) {
      row(
          table,
          each.label(),
          each.name(),
          each.examples(),
          each.top1Hits(),
          each.top5Hits(),
          each.top1(),
          each.top1Interval().low(),
          each.top1Interval().high(),
          each.top5(),
          each.top5Interval().low(),
          each.top5Interval().high(),
          each.predicted(),
          each.precision(),
          each.recall(),
          each.f1(),
          each.mostConfusedWith(),
          each.timesConfused());
    }
    return table.toString();
  }

  private String calibrationTable() {
    StringBuilder table = new StringBuilder();
    row(table, "from", "to", "examples", "hits", "accuracy", "confidence");
    for (Calibration.Bin bin : bins) {
      row(
          table,
          bin.from(),
          bin.to(),
          bin.examples(),
          bin.hits(),
          bin.examples() == 0 ? null : bin.accuracy(),
          bin.examples() == 0 ? null : bin.confidence());
    }
    return table.toString();
  }

  /** Appends a row; what is null is empty. */
  private static void row(StringBuilder table, Object... cells) {
    table.append(
        Stream.of(cells).map(EvaluationReport::cell).collect(Collectors.joining(",", "", "\r\n")));
  }

  private static String cell(Object value) {
    String text = value == null ? "" : value.toString();
    boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
