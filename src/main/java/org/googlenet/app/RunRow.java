package org.googlenet.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.googlenet.app.io.Formats;
import org.googlenet.common.Problem;
import org.googlenet.recipe.RecipeProblem;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Manifest;
import org.googlenet.run.RunEvents;
import org.googlenet.run.RunStanding;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageRefused;

/**
 * One run in the table of all runs, as JSON has it.
 *
 * @param run its name below the folder
 * @param state {@code running}, {@code finished}, {@code interrupted}, {@code failed}, {@code
 *     lost}, {@code damaged}, or {@code none} for a folder that has no run
 * @param owner the last driver; null if it is not known
 * @param code its exit code; null if it has none
 * @param reason one line; null if there is nothing to say
 * @param round rounds that are saved; null if it is not known
 * @param rounds of the whole training; null if it is not known
 * @param top1 of the last evaluation, 0 to 1; null if there was none
 * @param bestTop1 of the best one that is known; null if there was none
 * @param heard when the last driver was heard of, in ISO 8601; null if it is not known
 * @param checkpoint the newest; null if there is none
 */
record RunRow(
    String run,
    String location,
    String state,
    String owner,
    Integer code,
    String reason,
    Integer round,
    Integer rounds,
    Double top1,
    Double bestTop1,
    String heard,
    String checkpoint) {

  /** The newest first, then those of which nothing is known, by name. */
  static final Comparator<RunRow> NEWEST_FIRST =
      Comparator.comparing(RunRow::heard, Comparator.nullsFirst(Comparator.naturalOrder()))
          .reversed()
          .thenComparing(RunRow::run);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** For a run whose recipe cannot be read, what a recipe has that says nothing. */
  private static final Duration USUAL_LEASE = Duration.ofSeconds(60);

  /**
   * Reads a run; what is damaged, or may not be read, is a row that says so.
   *
   * @param name of the run below the folder
   * @param now milliseconds since 1970
   * @throws IOException if the storage fails
   */
  static RunRow read(String name, ObjectStore run, long now) throws IOException {
    try {
      Optional<RunStanding> standing = RunStanding.read(run, now);
      return standing.isEmpty()
          ? without(name, run, "none", "no run: it has neither terms nor checkpoints")
          : of(name, run, standing.get(), now);
    } catch (CheckpointProblem | StorageRefused e) {
      return without(name, run, "damaged", e.getMessage());
    }
  }

  /** A folder of which nothing else is known. */
  static RunRow without(String name, ObjectStore store, String state, String reason) {
    return new RunRow(
        name, store.location(), state, null, null, reason, null, null, null, null, null, null);
  }

  private static RunRow of(String name, ObjectStore run, RunStanding standing, long now)
      throws IOException {
    Newest newest = newest(run, standing);
    Double best =
        standing.bestTop1() == null || (newest.top1 != null && newest.top1 > standing.bestTop1())
            ? newest.top1
            : standing.bestTop1();
    return new RunRow(
        name,
        run.location(),
        standing.state().name().toLowerCase(Locale.ROOT),
        standing.owner(),
        standing.code(),
        standing.reason(),
        standing.newest().map(Manifest::round).orElse(0),
        newest.rounds,
        newest.top1 == null ? standing.top1() : newest.top1,
        best,
        Formats.time(standing.heard(lease(run), now)),
        standing.newest().map(manifest -> manifest.id().toString()).orElse(null));
  }

  private static Duration lease(ObjectStore run) throws IOException {
    try {
      return RunRecipe.read(run).map(recipe -> recipe.checkpoint().lease()).orElse(USUAL_LEASE);
    } catch (RecipeProblem | StorageRefused e) {
      return USUAL_LEASE; // a recipe of another version
    }
  }

  /** What the events of the newest checkpoint say; null what they do not. */
  private record Newest(Integer rounds, Double top1) {}

  private static Newest newest(ObjectStore run, RunStanding standing) throws IOException {
    Newest newest = new Newest(null, null);
    if (standing.newest().isEmpty()) {
      return newest;
    }
    for (String line : lines(run, standing.newest().get())) {
      Optional<JsonNode> event = parse(line);
      JsonNode rounds = event.map(json -> json.path("rounds")).orElse(JSON.missingNode());
      JsonNode top1 = event.map(json -> json.path("top1")).orElse(JSON.missingNode());
      boolean isRewind =
          event.map(json -> json.path("event").asText()).orElse("").equals("rewound");
      newest =
          new Newest(
              rounds.isInt() ? Integer.valueOf(rounds.intValue()) : newest.rounds,
              isRewind
                  ? null
                  : // what came before it does not count
                  top1.isNumber() ? Double.valueOf(top1.doubleValue()) : newest.top1);
    }
    return newest;
  }

  /** Events are only for show, so a run does not stand worse if they cannot be read. */
  private static List<String> lines(ObjectStore run, Manifest newest) throws IOException {
    try {
      return RunEvents.linesOf(run, newest.id());
    } catch (Problem e) {
      return List.of();
    }
  }

  /** An event; empty if the line is none. */
  static Optional<JsonNode> parse(String line) {
    try {
      return Optional.ofNullable(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The state for people: with the exit code of what failed. */
  String stateText() {
    return state.equals("failed") ? "failed (" + code + ")" : state;
  }

  /** Rounds that are saved, of how many. */
  String progress() {
    return round == null ? "-" : round + "/" + (rounds == null ? "?" : rounds);
  }

  /** By whom, or why. */
  String note() {
    if (state.equals("running")) {
      return "by " + driver();
    }
    return reason == null || state.equals("finished") || state.equals("interrupted") ? "" : reason;
  }

  /** A driver's process and machine, without what makes its name the only one of its kind. */
  private String driver() {
    return owner.replaceFirst("-[0-9a-f]{8}$", "");
  }
}
