package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.RunStarted;

/** What exactly ran: commands, versions, data and the whole recipe. */
final class RecipeSection {

  private RecipeSection() {}

  static void write(Draft draft) {
    Html html = draft.html();
    html.open("section", "id", "recipe").element("h2", "What exactly ran?");
    if (draft.hasSeveral()) {
      differences(draft);
    }
    draft.each(run -> write(draft, run.data()));
    html.close();
  }

  private static void write(Draft draft, RunData run) {
    Html html = draft.html();
    commands(html, run);
    List<List<String>> what = new ArrayList<>();
    run.started().ifPresent(started -> engine(started, what));
    run.described()
        .ifPresent(all -> all.versions().forEach((name, value) -> what.add(List.of(name, value))));
    for (RunData.Driver driver : run.drivers()) {
      what.add(List.of("driver", driver(driver)));
    }
    if (!what.isEmpty()) {
      html.table("What computed", List.of("what", "value"), what);
    }
    run.described().ifPresent(described -> described(html, described));
  }

  private static void commands(Html html, RunData run) {
    html.element(
        "p",
        run.ending().kind() == Ending.Kind.FINISHED
            ? "To repeat it, beside this run:"
            : "To go on with it, and to repeat it beside this run:");
    html.open("pre", "tabindex", "0").open("code");
    if (run.ending().kind() != Ending.Kind.FINISHED) {
      html.text(Commands.goOn(run) + "\n");
    }
    html.text(Commands.repeat(run)).close().close();
    html.element(
        "p",
        "With the options of Spark that it was started with, such as --master and --conf"
            + (isRelative(run)
                ? ", and in the same folder, as the recipe's paths are relative to it."
                : "."),
        "class",
        "note");
  }

  /** Whether a place of the run is neither an absolute path nor a URI. */
  private static boolean isRelative(RunData run) {
    List<String> places = new ArrayList<>(List.of(run.location()));
    run.described().ifPresent(all -> all.data().forEach(data -> places.add(data.location())));
    return places.stream().anyMatch(place -> !place.startsWith("/") && !place.contains(":"));
  }

  private static void engine(RunStarted started, List<List<String>> what) {
    what.add(List.of("engine", known(started.engine()) + " " + known(started.precision())));
    what.add(List.of("instruction sets", known(started.instructions())));
    what.add(
        List.of(
            "workers",
            started.workers() + " with " + EventText.count(started.threads(), "thread") + " each"));
    what.add(List.of("parameters", Numbers.format("%,d", started.parameters())));
  }

  /** Older versions did not tell everything. */
  private static String known(String value) {
    return value == null ? "-" : value;
  }

  private static String driver(RunData.Driver driver) {
    String times =
        driver.begun() == null
            ? "at times not known"
            : EventText.time(driver.begun()) + " to " + EventText.time(driver.last());
    return driver.resumed().isEmpty() ? times : times + ", from checkpoint " + driver.resumed();
  }

  private static void described(Html html, Described described) {
    html.table(
        "Data",
        List.of("role", "records", "classes", "place", "SHA-256"),
        described.data().stream()
            .map(
                data ->
                    List.of(
                        data.role(),
                        Numbers.format("%,d", data.records()),
                        Numbers.format("%,d", data.classes().size()),
                        data.location(),
                        data.fingerprint()))
            .toList());
    keys(html, described);
  }

  private static void keys(Html html, Described described) {
    html.table(
        "Keys of the recipe that are not the defaults",
        List.of("key", "value"),
        rows(described.recipe(), new LinkedHashSet<>(described.changed())));
    Set<String> others = new LinkedHashSet<>(described.recipe().keySet());
    described.changed().forEach(others::remove);
    html.open("details").element("summary", "The other keys, which have their defaults");
    html.table(
        "Keys that have their defaults", List.of("key", "value"), rows(described.recipe(), others));
    html.close();
  }

  private static List<List<String>> rows(Map<String, String> recipe, Set<String> keys) {
    return recipe.entrySet().stream()
        .filter(entry -> keys.contains(entry.getKey()))
        .map(entry -> List.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The keys whose values are not the same in all runs. */
  private static void differences(Draft draft) {
    List<RunData> runs = draft.runs().stream().map(Shown::data).toList();
    Set<String> keys = new LinkedHashSet<>();
    runs.forEach(run -> run.described().ifPresent(all -> keys.addAll(all.recipe().keySet())));
    List<List<String>> rows = new ArrayList<>();
    for (String key : keys) {
      List<String> values = runs.stream().map(run -> value(run, key)).toList();
      if (values.stream().distinct().count() > 1) {
        List<String> row = new ArrayList<>(List.of(key));
        row.addAll(values);
        rows.add(row);
      }
    }
    if (!rows.isEmpty()) {
      List<String> columns = new ArrayList<>(List.of("key"));
      columns.addAll(runs.stream().map(RunData::name).collect(Collectors.toList()));
      draft.html().table("What differs in their recipes", columns, rows);
    }
  }

  private static String value(RunData run, String key) {
    return Optional.ofNullable(run.described().map(all -> all.recipe().get(key)).orElse(null))
        .orElse("-");
  }
}
