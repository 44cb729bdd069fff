package org.googlenet.report.page;

import java.util.List;
import java.util.Map;
import org.googlenet.report.TrainingEvent.RoundFinished;

/** Is it healthy: gradients, dead units, the learning rate, rewinds and warnings. */
final class HealthSection {

  private HealthSection() {}

  static void write(Draft draft) {
    Html html = draft.html();
    html.open("section", "id", "health").element("h2", "Is it healthy?");
    draft.each(run -> events(draft, run.data()));
    html.open("div", "class", "plots");
    String head = draft.hasSeveral() ? " of the main head" : " of each head";
    draft.plot(
        "Gradient" + head,
        "L2 norm before clipping",
        Plot.Kind.LOGARITHMIC,
        positive(Runs.heads(draft, RoundFinished::gradientNorm, 1)));
    draft.plot(
        "Dead units" + head,
        "% of its ReLU units without a gradient in a round",
        Plot.Kind.LINES,
        Runs.heads(draft, RoundFinished::deadUnits, 100));
    draft.plot(
        "Learning rate",
        "at the last step of a round",
        Plot.Kind.LINES,
        Runs.each(draft, "learning rate", RoundFinished::learningRate));
    html.close().close();
  }

  /** A logarithm has no place for 0. */
  private static List<Plot.Series> positive(List<Plot.Series> series) {
    return series.stream()
        .map(each -> Plot.Series.of(each.name(), each.points().positive(), each.colour()))
        .toList();
  }

  private static void events(Draft draft, RunData run) {
    Html html = draft.html();
    if (run.rewinds().isEmpty() && run.warnings().isEmpty()) {
      html.element(
          "p",
          "It never went back, and there were no warnings about the training itself.",
          "class",
          "note");
    }
    if (!run.rewinds().isEmpty()) {
      html.table(
          "Times that it went back",
          List.of("after round", "to round", "learning rate then", "reason"),
          run.rewinds().stream()
              .map(
                  each ->
                      List.of(
                          Numbers.format("%,d", each.from()),
                          Numbers.format("%,d", each.to()),
                          Numbers.shortly(each.learningRate()),
                          each.reason()))
              .toList());
    }
    if (!run.warnings().isEmpty()) {
      draft.heading("Warnings");
      html.open("ul", "class", "warnings");
      run.warnings().entrySet().stream()
          .map(HealthSection::text)
          .forEach(w -> html.element("li", w));
      html.close();
    }
  }

  private static String text(Map.Entry<String, Integer> warning) {
    return warning.getValue() == 1
        ? warning.getKey()
        : Numbers.format("%s (%,d times)", warning.getKey(), warning.getValue());
  }
}
