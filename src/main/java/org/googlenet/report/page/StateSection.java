package org.googlenet.report.page;

import java.time.Duration;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent.RoundFinished;

/** The top of a page: how each run stands, and what to do if it did not end well. */
final class StateSection {

  private StateSection() {}

  static void write(Draft draft) {
    for (Shown run : draft.runs()) {
      draft.html().open("section", "class", "state", "aria-label", "State of " + run.data().name());
      if (draft.hasSeveral()) {
        draft.html().element("h2", run.data().name());
      }
      write(draft.html(), run.data());
      draft.html().close();
    }
  }

  private static void write(Html html, RunData run) {
    Ending ending = run.ending();
    html.open("p", "class", "place");
    html.element("strong", ending.kind().toString(), "class", "badge " + ending.kind());
    html.text(" in ").element("code", run.location()).close();
    whatToDo(html, run);
    html.open("dl", "class", "figures");
    figure(html, "rounds", rounds(run));
    run.lastEvaluation()
        .ifPresent(last -> figure(html, "top-1", Interval.text(last.top1(), last.examples())));
    run.lastEvaluation()
        .ifPresent(last -> figure(html, "top-5", Interval.text(last.top5(), last.examples())));
    run.lastRound().ifPresent(last -> figure(html, "main loss, last round", loss(last)));
    run.lastRound()
        .ifPresent(
            last -> figure(html, "images/s, last round", Numbers.shortly(last.imagesPerSecond())));
    TimeParts.of(run).goodput().ifPresent(g -> figure(html, "goodput", Numbers.roundPercent(g)));
    if (run.driverSeconds() > 0) {
      figure(
          html,
          run.drivers().size() > 1 ? "time of " + run.drivers().size() + " drivers" : "time",
          EventText.shortly(Duration.ofSeconds(Math.round(run.driverSeconds()))));
    }
    if (ending.kind() == Ending.Kind.RUNNING) {
      run.lastRound()
          .map(RoundFinished::remaining)
          .ifPresent(left -> figure(html, "left", EventText.shortly(left)));
    }
    html.close();
  }

  private static void whatToDo(Html html, RunData run) {
    Ending ending = run.ending();
    switch (ending.kind()) {
      case FAILED -> {
        html.open("div", "class", "alert", "role", "alert");
        html.element("h2", Numbers.format("It failed (exit code %d)", ending.exitCode()));
        html.element("p", ending.reason()).element("p", "When that is mended: " + goesOn(ending));
        command(html, Commands.goOn(run)).close();
      }
      case INTERRUPTED -> {
        html.open("div", "class", "alert");
        html.element("h2", "It was interrupted, and its state is saved");
        html.element("p", Numbers.format("To go on: %s", goesOn(ending)));
        command(html, Commands.goOn(run)).close();
      }
      case RUNNING ->
          html.element(
              "p",
              "As of the last checkpoint: a driver is at work, or has died without a word. The page of the"
                  + " run is renewed at each checkpoint: load it again.",
              "class",
              "note");
      default -> {
        // It is well, or nothing is known.
      }
    }
  }

  private static String goesOn(Ending ending) {
    return ending.checkpoint().isEmpty()
        ? "nothing is saved yet, so this begins at the first round:"
        : "this goes on from checkpoint " + ending.checkpoint() + ":";
  }

  private static Html command(Html html, String command) {
    return html.open("pre", "tabindex", "0").element("code", command).close();
  }

  private static void figure(Html html, String name, String value) {
    html.open("div").element("dt", name).element("dd", value).close();
  }

  private static String rounds(RunData run) {
    int done = run.lastRound().map(RoundFinished::round).orElse(0);
    return run.plannedRounds() == 0
        ? Numbers.format("%,d", done)
        : Numbers.format("%,d of %,d", done, run.plannedRounds());
  }

  private static String loss(RoundFinished round) {
    return Numbers.shortly(Runs.of(round.loss(), "main"));
  }
}
