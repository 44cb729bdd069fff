package org.googlenet.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.RunEvents;
import org.googlenet.storage.ObjectStore;

/**
 * What two runs were not trained alike with, as JSON has it.
 *
 * @param a location of the first run
 * @param b location of the second run
 * @param result keys of the recipe that decide the result
 * @param other keys of the recipe that do not
 * @param data where the data sets lie, and their fingerprints
 * @param versions of what computes
 * @param notKnown the runs of which no event says the latter two
 */
record RunDifference(
    String a,
    String b,
    List<Entry> result,
    List<Entry> other,
    List<Entry> data,
    List<Entry> versions,
    List<String> notKnown) {

  /** The name of the run, in which any two differ. */
  private static final String RUN = "run";

  /**
   * A key with the values of the two runs.
   *
   * @param a null if the first run does not have it
   * @param b null if the second run does not have it
   */
  record Entry(String key, String a, String b) {}

  /**
   * Compares two runs.
   *
   * @throws CheckpointProblem if one has no recipe, or is damaged
   * @throws org.googlenet.recipe.RecipeProblem if this version does not know a recipe
   */
  static RunDifference of(ObjectStore a, ObjectStore b) throws IOException {
    Recipe first = recipe(a);
    Recipe second = recipe(b);
    Set<String> deciding = new LinkedHashSet<>(RecipeLoader.identity(first).keySet());
    deciding.addAll(RecipeLoader.identity(second).keySet());
    List<Entry> keys = differing(RecipeLoader.values(first), RecipeLoader.values(second));
    Optional<JsonNode> one = described(a);
    Optional<JsonNode> two = described(b);
    boolean areKnown = one.isPresent() && two.isPresent();
    List<String> notKnown = new ArrayList<>();
    one.ifPresentOrElse(known -> {}, () -> notKnown.add(a.location()));
    two.ifPresentOrElse(known -> {}, () -> notKnown.add(b.location()));
    return new RunDifference(
        a.location(),
        b.location(),
        keys.stream().filter(entry -> deciding.contains(entry.key())).toList(),
        keys.stream()
            .filter(entry -> !deciding.contains(entry.key()) && !entry.key().equals(RUN))
            .toList(),
        areKnown ? differing(data(one.get()), data(two.get())) : List.of(),
        areKnown ? differing(versions(one.get()), versions(two.get())) : List.of(),
        notKnown);
  }

  private static Recipe recipe(ObjectStore run) throws IOException {
    return RunRecipe.read(run)
        .orElseThrow(
            () ->
                new CheckpointProblem(
                    run.location()
                        + ": there is no run with a recipe here; check the name ('googlenet runs"
                        + " FOLDER' has them)"));
  }

  /** The keys whose values differ, in the order of the first run's. */
  private static List<Entry> differing(Map<String, String> a, Map<String, String> b) {
    Set<String> keys = new LinkedHashSet<>(a.keySet());
    keys.addAll(b.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(a.get(key), b.get(key)))
        .map(key -> new Entry(key, a.get(key), b.get(key)))
        .toList();
  }

  /** What the last driver said that it trains. */
  private static Optional<JsonNode> described(ObjectStore run) throws IOException {
    return RunEvents.lines(run).stream()
        .filter(line -> line.startsWith("{\"event\":\"described\""))
        .reduce((earlier, later) -> later)
        .flatMap(RunRow::parse);
  }

  private static Map<String, String> data(JsonNode described) {
    Map<String, String> data = new LinkedHashMap<>();
    for (JsonNode set : described.path("data")) {
      String role = set.path("role").asText();
      data.put(role, set.path("location").asText());
      data.put(role + " records", set.path("records").asText());
      data.put(role + " SHA-256", set.path("fingerprint").asText());
    }
    return data;
  }

  private static Map<String, String> versions(JsonNode described) {
    Map<String, String> versions = new LinkedHashMap<>();
    described
        .path("versions")
        .fields()
        .forEachRemaining(each -> versions.put(each.getKey(), each.getValue().asText()));
    return versions;
  }

  /** Whether nothing that is known differs. */
  boolean isNone() {
    return result.isEmpty() && other.isEmpty() && data.isEmpty() && versions.isEmpty();
  }
}
