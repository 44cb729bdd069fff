package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.RoundFinished;

/** Is it learning: losses and accuracies over the rounds, beside other runs and the champion. */
final class LearningSection {

  private static final int CHAMPION_COLOUR = 7;

  private LearningSection() {}

  static void write(Draft draft) {
    Html html = draft.html();
    html.open("section", "id", "learning").element("h2", "Is it learning?");
    html.open("div", "class", "plots");
    List<Plot.Series> losses = new ArrayList<>(Runs.heads(draft, RoundFinished::loss, 1));
    losses.addAll(validation(draft));
    draft.plot(
        draft.hasSeveral() ? "Loss of the main head" : "Loss of each head",
        "mean cross-entropy, nats",
        Plot.Kind.LINES,
        losses);
    draft.plot("Top-1", "% right, with 95% interval", Plot.Kind.LINES, top1(draft));
    draft.plot("Top-5", "% right, with 95% interval", Plot.Kind.LINES, top5(draft));
    html.close();
    evaluations(draft);
    html.close();
  }

  private static List<Plot.Series> validation(Draft draft) {
    List<Plot.Series> series = new ArrayList<>();
    for (Shown run : draft.runs()) {
      Points points =
          Points.of(
              run.data().evaluations(), Evaluated::round, value -> Runs.of(value.loss(), "main"));
      String name = (draft.hasSeveral() ? run.data().name() + " " : "main ") + "validation";
      series.add(Plot.Series.of(name, points, series.size()).dash());
    }
    return series;
  }

  private static List<Plot.Series> top1(Draft draft) {
    List<Plot.Series> series = accuracy(draft, "top-1", Evaluated::top1);
    champion(draft, series, Shown.Champion::top1);
    return series;
  }

  private static List<Plot.Series> top5(Draft draft) {
    List<Plot.Series> series = accuracy(draft, "top-5", Evaluated::top5);
    champion(draft, series, Shown.Champion::top5);
    return series;
  }

  private static List<Plot.Series> accuracy(
      Draft draft, String name, ToDoubleFunction<Evaluated> share) {
    List<Plot.Series> series = new ArrayList<>();
    for (Shown run : draft.runs()) {
      List<Evaluated> all =
          run.data().evaluations().stream()
              .filter(value -> Double.isFinite(share.applyAsDouble(value)))
              .toList();
      List<Interval> intervals =
          all.stream()
              .map(value -> Interval.of(share.applyAsDouble(value), value.examples()))
              .toList();
      series.add(
          new Plot.Series(
              draft.hasSeveral() ? run.data().name() : name,
              Points.of(all, Evaluated::round, value -> 100 * share.applyAsDouble(value)),
              intervals.stream().map(interval -> 100 * interval.low()).toList(),
              intervals.stream().map(interval -> 100 * interval.high()).toList(),
              series.size(),
              false));
    }
    return series;
  }

  /** A level line, as long as the longest run. */
  private static void champion(
      Draft draft, List<Plot.Series> series, ToDoubleFunction<Shown.Champion> share) {
    double first = Double.POSITIVE_INFINITY;
    double last = 0;
    for (Plot.Series each : series) {
      for (double x : each.points().x()) {
        first = Math.min(first, x);
        last = Math.max(last, x);
      }
    }
    double from = first;
    double to = last;
    draft.runs().stream()
        .flatMap(run -> run.champion().stream())
        .filter(champion -> Double.isFinite(share.applyAsDouble(champion)) && from <= to)
        .distinct()
        .forEach(
            champion -> {
              double level = 100 * share.applyAsDouble(champion);
              series.add(
                  Plot.Series.of(
                          "champion " + champion.version(),
                          new Points(List.of(from, to), List.of(level, level)),
                          CHAMPION_COLOUR)
                      .dash());
            });
  }

  private static void evaluations(Draft draft) {
    List<List<String>> rows = new ArrayList<>();
    for (Shown run : draft.runs()) {
      run.data().bestEvaluation().ifPresent(best -> rows.add(row(run, "best", best)));
      run.data().lastEvaluation().ifPresent(last -> rows.add(row(run, "last", last)));
      run.champion()
          .ifPresent(
              champion ->
                  rows.add(
                      List.of(
                          "champion " + champion.version(),
                          "",
                          Numbers.percent(champion.top1()),
                          Numbers.percent(champion.top5()),
                          "",
                          "")));
    }
    if (rows.isEmpty()) {
      draft.html().element("p", "It was not evaluated yet.", "class", "note");
      return;
    }
    draft
        .html()
        .table(
            "Evaluations, with 95% intervals",
            List.of("evaluation", "round", "top-1", "top-5", "loss of main", "examples"),
            rows.stream().distinct().toList());
  }

  private static List<String> row(Shown run, String which, Evaluated value) {
    return List.of(
        which + " of " + run.data().name(),
        Numbers.format("%,d", value.round()),
        Interval.text(value.top1(), value.examples()),
        Interval.text(value.top5(), value.examples()),
        Numbers.shortly(Runs.of(value.loss(), "main")),
        Numbers.format("%,d", value.examples()));
  }
}
