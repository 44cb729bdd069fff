package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.List;

/** A page while its sections are written one after the other. */
final class Draft {

  private final Html html = new Html();
  private final List<Shown> runs;
  private final List<Plot> plots = new ArrayList<>();

  Draft(List<Shown> runs) {
    this.runs = List.copyOf(runs);
  }

  Html html() {
    return html;
  }

  List<Shown> runs() {
    return runs;
  }

  List<Plot> plots() {
    return plots;
  }

  boolean hasSeveral() {
    return runs.size() > 1;
  }

  /** Adds a plot; one that has nothing to show is left out. */
  void plot(String title, String unit, Plot.Kind kind, List<Plot.Series> series) {
    Plot plot = new Plot("plot" + plots.size(), title, unit, kind, series);
    if (!plot.isEmpty()) {
      plots.add(plot);
      plot.write(html);
    }
  }

  /** Writes something for each run, under its name where there are several. */
  void each(Writer writer) {
    for (Shown run : runs) {
      if (hasSeveral()) {
        html.element("h3", run.data().name());
      }
      writer.write(run);
    }
  }

  /** Writes a part of a section about one run. */
  @FunctionalInterface
  interface Writer {
    void write(Shown run);
  }

  /** A heading within a section. */
  void heading(String text) {
    html.element(hasSeveral() ? "h4" : "h3", text);
  }
}
