package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.run.Quarantine;

/** What is in the data: some images of some classes, their sizes, and what cannot be used. */
final class DataSection {

  private DataSection() {}

  static void write(Draft draft) {
    draft.html().open("section", "id", "data").element("h2", "What is in the data?");
    draft.each(run -> write(draft, run));
    draft.html().close();
  }

  private static void write(Draft draft, Shown run) {
    Html html = draft.html();
    Pictures.DataLook look = run.pictures().look();
    if (!look.reason().isEmpty()) {
      html.element("p", look.reason(), "class", "note");
    }
    specimens(html, look.specimens());
    if (!look.sizes().isEmpty()) {
      sizes(html, look);
    }
    quarantined(html, run.data());
  }

  private static void specimens(Html html, List<Pictures.Specimen> specimens) {
    Map<String, List<Pictures.Specimen>> byClass = new LinkedHashMap<>();
    for (Pictures.Specimen each : specimens) {
      byClass.computeIfAbsent(each.className(), name -> new ArrayList<>()).add(each);
    }
    html.open("div", "class", "classes");
    byClass.forEach((name, some) -> strip(html, name, some));
    html.close();
  }

  private static void strip(Html html, String className, List<Pictures.Specimen> specimens) {
    html.open("div").element("p", className, "class", "name").open("ul", "class", "strip");
    for (Pictures.Specimen each : specimens) {
      html.open("li", "title", each.key());
      Sheet.picture(html, each.picture(), className + ", " + each.key());
      html.close();
    }
    html.close().close();
  }

  private static void sizes(Html html, Pictures.DataLook look) {
    long most = look.sizes().stream().mapToLong(Pictures.Sizes::images).max().orElse(1);
    Bars.write(
        html,
        Numbers.format("Shorter side of %,d images that were looked at", look.seen()),
        List.of("pixels", "images"),
        look.sizes().stream()
            .map(
                size ->
                    new Bars.Row(
                        List.of(
                            size.from() == size.to()
                                ? Numbers.format("%,d", size.from())
                                : Numbers.format("%,d to %,d", size.from(), size.to()),
                            Numbers.format("%,d", size.images())),
                        (double) size.images() / most))
            .toList());
  }

  private static void quarantined(Html html, RunData run) {
    if (run.quarantined().isEmpty()) {
      html.element("p", "No record was passed over: all could be used.", "class", "note");
      return;
    }
    html.table(
        run.quarantinedTotal() > run.quarantined().size()
            ? Numbers.format(
                "Records that cannot be used: the first %,d of %,d",
                run.quarantined().size(), run.quarantinedTotal())
            : "Records that cannot be used",
        List.of("key", "shard", "position", "round", "reason"),
        run.quarantined().stream().map(DataSection::row).toList());
  }

  private static List<String> row(Quarantine.Entry entry) {
    return List.of(
        entry.key() == null ? "-" : entry.key(),
        entry.shard(),
        Numbers.format("%d", entry.position()),
        Numbers.format("%,d", entry.round()),
        entry.reason());
  }
}
