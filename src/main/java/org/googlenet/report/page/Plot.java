package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A plot over the rounds of a training.
 *
 * @param id of its element, unique on the page
 * @param title says what it shows
 * @param unit of its values
 * @param kind how it is drawn
 * @param series in the order of the legend; empty ones are left out
 */
record Plot(String id, String title, String unit, Kind kind, List<Series> series) {

  private static final int MOST_ROWS = 40;

  /** How a plot is drawn. */
  enum Kind {
    LINES,
    /** Lines over powers of ten; only for values above 0. */
    LOGARITHMIC,
    /** Bars on top of one another. */
    STACKED
  }

  /**
   * A curve, or a layer of stacked bars.
   *
   * @param low the lower ends of the intervals around it; empty if it has none
   * @param high the upper ends
   * @param colour number of its colour
   * @param dashed whether its line is
   */
  record Series(
      String name, Points points, List<Double> low, List<Double> high, int colour, boolean dashed) {

    static Series of(String name, Points points, int colour) {
      return new Series(name, points, List.of(), List.of(), colour, false);
    }

    Series dash() {
      return new Series(name, points, low, high, colour, true);
    }

    private Optional<String> at(double x) {
      int i = points.x().indexOf(x);
      return i < 0
          ? Optional.empty()
          : Optional.of(
              Numbers.shortly(points.y().get(i))
                  + (low.isEmpty() ? "" : range(low.get(i), high.get(i))));
    }

    /** In a stretch of rounds: the mean, and the lowest and highest. */
    private String in(double from, double to) {
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < points.size(); i++) {
        if (points.x().get(i) >= from && points.x().get(i) <= to) {
          values.add(points.y().get(i));
        }
      }
      var all = values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
      return values.isEmpty()
          ? "-"
          : Numbers.shortly(all.getAverage()) + range(all.getMin(), all.getMax());
    }

    private static String range(double low, double high) {
      return " (" + Numbers.shortly(low) + " to " + Numbers.shortly(high) + ")";
    }

    private String inWords() {
      var all = points.y().stream().mapToDouble(Double::doubleValue).summaryStatistics();
      return Numbers.format(
          "%s from %s to %s, lowest %s, highest %s",
          name,
          Numbers.shortly(points.first()),
          Numbers.shortly(points.last()),
          Numbers.shortly(all.getMin()),
          Numbers.shortly(all.getMax()));
    }
  }

  Plot {
    series = series.stream().filter(each -> !each.points().isEmpty()).toList();
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  /** Writes the place that a script draws it into, and a table of the same values. */
  void write(Html html) {
    html.open("figure", "class", "plot");
    html.open("figcaption").element("strong", title).text(" ").element("span", unit).close();
    html.open("div", "id", id, "class", "canvas", "role", "img", "aria-label", inWords()).close();
    html.open("details").element("summary", "Values of “" + title + "”");
    table(html);
    html.close().close();
  }

  private String inWords() {
    return title
        + ": "
        + String.join("; ", series.stream().map(Series::inWords).toList())
        + ". The values are in the table below.";
  }

  private void table(Html html) {
    List<String> columns = new ArrayList<>(List.of("round"));
    series.forEach(each -> columns.add(each.name()));
    html.table(title + ", " + unit, columns, rows());
  }

  private List<List<String>> rows() {
    TreeSet<Double> all = new TreeSet<>();
    series.forEach(each -> all.addAll(each.points().x()));
    List<Double> x = List.copyOf(all);
    return x.size() <= MOST_ROWS ? x.stream().map(this::row).toList() : stretches(x);
  }

  private List<String> row(double x) {
    List<String> cells = new ArrayList<>(List.of(round(x)));
    series.forEach(each -> cells.add(each.at(x).orElse("-")));
    return cells;
  }

  private List<List<String>> stretches(List<Double> x) {
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < MOST_ROWS; row++) {
      double from = x.get(x.size() * row / MOST_ROWS);
      double to = x.get(x.size() * (row + 1) / MOST_ROWS - 1);
      List<String> cells =
          new ArrayList<>(List.of(from == to ? round(from) : round(from) + " to " + round(to)));
      series.forEach(each -> cells.add(each.in(from, to)));
      rows.add(cells);
    }
    return rows;
  }

  private static String round(double x) {
    return Numbers.format("%.0f", x);
  }
}
