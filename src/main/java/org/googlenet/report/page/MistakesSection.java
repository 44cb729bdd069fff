package org.googlenet.report.page;

import java.util.List;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Mistaken;

/** What the model gets wrong: the worst classes and pairs, and the surest mistakes. */
final class MistakesSection {

  private static final int SHOWN = 20;

  private MistakesSection() {}

  static void write(Draft draft) {
    draft.html().open("section", "id", "mistakes").element("h2", "What does it get wrong?");
    draft.each(run -> write(draft, run));
    draft.html().close();
  }

  private static void write(Draft draft, Shown run) {
    Html html = draft.html();
    if (run.data().lastMistaken().isEmpty()) {
      String why =
          run.data().lastEvaluation().map(Evaluated::round).isPresent()
              ? "Its events do not tell what it gets wrong."
              : "It was not evaluated yet.";
      html.element("p", why, "class", "note");
      return;
    }
    Mistaken mistaken = run.data().lastMistaken().get();
    html.element(
        "p",
        Numbers.format("In the evaluation after round %,d.", mistaken.round()),
        "class",
        "note");
    html.open("div", "class", "tables");
    classes(html, mistaken.classes());
    pairs(html, mistaken.pairs());
    html.close();
    if (!mistaken.mistakes().isEmpty()) {
      draft.heading("Surest mistakes");
      mistakes(html, run.pictures(), mistaken.mistakes());
    }
  }

  private static void classes(Html html, List<Mistaken.OfClass> classes) {
    List<Mistaken.OfClass> shown = classes.subList(0, Math.min(SHOWN, classes.size()));
    Bars.write(
        html,
        "Worst classes",
        List.of("class", "top-1", "examples"),
        shown.stream()
            .map(
                each ->
                    new Bars.Row(
                        List.of(
                            each.name(),
                            Numbers.percent(each.top1()),
                            Numbers.format("%,d", each.examples())),
                        each.top1()))
            .toList());
  }

  private static void pairs(Html html, List<Mistaken.Pair> pairs) {
    Bars.write(
        html,
        "Classes taken for others",
        List.of("class", "taken for", "how often"),
        pairs.stream()
            .map(
                pair ->
                    new Bars.Row(
                        List.of(
                            pair.actual(),
                            pair.predicted(),
                            Numbers.format("%,d of %,d", pair.count(), pair.of())),
                        pair.of() == 0 ? 0 : (double) pair.count() / pair.of()))
            .toList());
  }

  private static void mistakes(Html html, Pictures pictures, List<Mistaken.Mistake> mistakes) {
    html.open("ul", "class", "sheet");
    for (Mistaken.Mistake each : mistakes) {
      html.open("li");
      Sheet.picture(
          html, pictures.of(each.shard(), each.position()), each.actual() + ", " + each.key());
      html.open("p").element("strong", each.predicted());
      html.text(Numbers.format(" %s", Numbers.roundPercent(each.probability()))).close();
      html.element("p", "is " + each.actual());
      html.element("p", each.key(), "class", "id").close();
    }
    html.close();
  }
}
