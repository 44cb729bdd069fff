package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent.RoundFinished;

/** Curves of a value over the rounds: all heads of one run, or the main one of each of several. */
final class Runs {

  private static final String MAIN = "main";

  private Runs() {}

  /**
   * A value that each head has.
   *
   * @param scale what the values are multiplied by
   */
  static List<Plot.Series> heads(
      Draft draft, Function<RoundFinished, HeadValues> value, double scale) {
    return draft.hasSeveral()
        ? each(draft, MAIN, round -> of(value.apply(round), MAIN) * scale)
        : headsOf(draft.runs().get(0).data(), value, scale);
  }

  private static List<Plot.Series> headsOf(
      RunData run, Function<RoundFinished, HeadValues> value, double scale) {
    Set<String> heads = new LinkedHashSet<>();
    run.rounds().stream()
        .map(value)
        .filter(values -> values != null)
        .forEach(values -> heads.addAll(values.byHead().keySet()));
    List<Plot.Series> series = new ArrayList<>();
    for (String head : heads) {
      Points points =
          Points.of(
              run.rounds(), RoundFinished::round, round -> of(value.apply(round), head) * scale);
      series.add(Plot.Series.of(head, points, series.size()));
    }
    return series;
  }

  /**
   * A value of a round, for each run.
   *
   * @param name what it is called where there is one run only
   */
  static List<Plot.Series> each(Draft draft, String name, ToDoubleFunction<RoundFinished> value) {
    List<Plot.Series> series = new ArrayList<>();
    for (Shown run : draft.runs()) {
      Points points = Points.of(run.data().rounds(), RoundFinished::round, value);
      String of = draft.hasSeveral() ? run.data().name() : name;
      series.add(Plot.Series.of(of, points, series.size()));
    }
    return series;
  }

  /** Events of older versions have no values of some metrics. */
  static double of(HeadValues values, String head) {
    return values == null ? Double.NaN : values.of(head);
  }
}
