package org.googlenet.report.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;

/** Where the time goes: the whole run by parts, each round by parts, and the slowest workers. */
final class TimeSection {

  /** As many as can be told apart. */
  private static final int MOST_BARS = 100;

  private static final int SLOWEST = 5;

  private TimeSection() {}

  static void write(Draft draft) {
    Html html = draft.html();
    html.open("section", "id", "time").element("h2", "Where does the time go?");
    draft.each(run -> whole(draft, run.data()));
    html.open("div", "class", "plots");
    for (Shown run : draft.runs()) {
      rounds(draft, run.data());
    }
    draft.plot(
        "Images per second",
        "of each round, everything included",
        Plot.Kind.LINES,
        Runs.each(draft, "images/s", RoundFinished::imagesPerSecond));
    html.close();
    draft.each(run -> slowest(draft, run.data()));
    html.close();
  }

  private static void whole(Draft draft, RunData run) {
    Html html = draft.html();
    TimeParts parts = TimeParts.of(run);
    if (parts.byRound().isEmpty()) {
      html.element("p", "Its events do not tell where its time went.", "class", "note");
      return;
    }
    Map<String, Double> totals = parts.totals();
    double all = totals.values().stream().mapToDouble(Double::doubleValue).sum();
    parts
        .goodput()
        .ifPresent(
            goodput ->
                html.element(
                    "p",
                    Numbers.format(
                        "Goodput %s: of %s of driver's time, so much was spent in local steps that count.",
                        Numbers.roundPercent(goodput),
                        EventText.shortly(Duration.ofSeconds(Math.round(parts.driverSeconds()))))));
    bar(html, totals, all);
    List<List<String>> rows = new ArrayList<>();
    totals.forEach(
        (name, seconds) ->
            rows.add(
                List.of(
                    name,
                    Numbers.format("%,.1f s", seconds),
                    Numbers.format("%.1f%%", 100 * seconds / all))));
    html.open("details").element("summary", "Parts of the time, in seconds");
    html.table("Parts of the time", List.of("part", "time", "share"), rows).close();
  }

  private static void bar(Html html, Map<String, Double> totals, double all) {
    List<String> words = new ArrayList<>();
    totals.forEach(
        (name, seconds) -> words.add(Numbers.format("%s %.1f%%", name, 100 * seconds / all)));
    html.open("div", "class", "whole", "role", "img", "aria-label", String.join(", ", words));
    int colour = 0;
    for (double seconds : totals.values()) {
      String width = Numbers.format("width:%.3f%%", 100 * seconds / all);
      html.open("span", "class", "c" + colour++, "style", width).close();
    }
    html.close();
    html.open("ul", "class", "legend");
    colour = 0;
    for (String word : words) {
      html.open("li").open("span", "class", "key c" + colour++).close().text(word).close();
    }
    html.close();
  }

  private static void rounds(Draft draft, RunData run) {
    String of = draft.hasSeveral() ? " of " + run.name() : "";
    boolean areMeans = run.timed().size() > MOST_BARS;
    draft.plot(
        "Parts of a round" + of,
        areMeans ? "seconds, means of consecutive rounds" : "seconds",
        Plot.Kind.STACKED,
        TimeParts.of(run).layers(MOST_BARS));
  }

  private static void slowest(Draft draft, RunData run) {
    Html html = draft.html();
    if (!run.timed().isEmpty()) {
      html.table(
          "Slowest rounds",
          List.of("round", "time", "in local steps", "waiting for data"),
          run.timed().stream()
              .sorted(Comparator.comparingDouble(RoundTimed::seconds).reversed())
              .limit(SLOWEST)
              .map(TimeSection::row)
              .toList());
    }
    if (!run.workers().isEmpty()) {
      html.table(
          "Slowest executors",
          List.of("executor", "mean time", "of it waiting", "images/s a worker", "slowest in"),
          run.workers().stream().map(TimeSection::row).toList());
    }
  }

  private static List<String> row(RoundTimed round) {
    return List.of(
        Numbers.format("%,d", round.round()),
        seconds(round.seconds()),
        seconds(round.parts().steps()),
        seconds(round.parts().firstBatch() + round.parts().waiting()));
  }

  private static String seconds(double seconds) {
    return Double.isNaN(seconds) ? "-" : Numbers.format("%,.2f s", seconds);
  }

  private static List<String> row(RunData.OfPlace place) {
    return List.of(
        place.place(),
        seconds(place.seconds()),
        Numbers.roundPercent(place.seconds() == 0 ? 0 : place.waiting() / place.seconds()),
        Numbers.shortly(place.imagesPerSecond()),
        Numbers.format("%,d of its %,d", place.slowest(), place.rounds()));
  }
}
