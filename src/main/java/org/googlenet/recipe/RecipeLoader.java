package org.googlenet.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.googlenet.recipe.Recipe.DivergenceAction;
import org.googlenet.recipe.Recipe.Length;

/** Turns YAML into a checked {@link Recipe} and back, and tells which keys decide the bits. */
public final class RecipeLoader {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  /**
   * Keys and sections that a run may change on its way. Data sets are told apart by their
   * checksums, not by where they lie.
   */
  private static final List<String> FREE =
      List.of("run", "output", "models", "data", "averaging.threads", "checkpoint", "evaluation");

  private static final Set<LearningRate.Schedule> USES_TOTAL =
      Set.of(LearningRate.Schedule.POLYNOMIAL, LearningRate.Schedule.COSINE);

  private RecipeLoader() {}

  /**
   * Reads a recipe, lays the overrides over it and checks everything.
   *
   * @param yaml the text of the recipe
   * @param source the file or URI it comes from; the file's name without its extension is the
   *     default run id
   * @param overrides settings {@code key=value}, the value in YAML, later ones win
   * @throws RecipeProblem with everything that is wrong
   */
  public static Recipe load(String yaml, String source, List<String> overrides) {
    Problems problems = new Problems();
    Node tree = Overrides.apply(parse(yaml, source), overrides, problems);
    Recipe recipe = RecipeReader.read(tree, defaultRun(source), problems);
    List<String> lines = problems.lines();
    if (!lines.isEmpty()) {
      throw new RecipeProblem(source, lines);
    }
    return recipe;
  }

  private static Node parse(String yaml, String source) {
    try {
      return YamlTree.read(yaml);
    } catch (YamlTree.Malformed e) {
      throw new RecipeProblem(source, List.of(e.getMessage()));
    }
  }

  private static String defaultRun(String source) {
    String name = source.substring(source.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The effective recipe, every key written out; loading it gives an equal recipe. */
  public static String toYaml(Recipe recipe) {
    try {
      return YAML.writeValueAsString(RecipeTree.of(recipe));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of plain values are always YAML", e);
    }
  }

  /**
   * The keys that decide the bits of a run, with their values: a run goes on only with the same
   * ones. The length of the training counts where the learning rate depends on it, and where
   * checkpoints are counts where a rewind may go back to one.
   */
  public static SortedMap<String, String> identity(Recipe recipe) {
    SortedMap<String, String> keys = RecipeTree.flat(RecipeTree.of(recipe));
    keys.keySet().removeIf(RecipeLoader::isFree);
    if (!USES_TOTAL.contains(recipe.learningRate().schedule())) {
      keys.keySet().removeAll(lengthKeys());
    }
    if (recipe.divergence().action() == DivergenceAction.REWIND) {
      keys.put("checkpoint.every", Integer.toString(recipe.checkpoint().every()));
    }
    return keys;
  }

  private static boolean isFree(String key) {
    return FREE.stream().anyMatch(free -> key.equals(free) || key.startsWith(free + "."));
  }

  private static List<String> lengthKeys() {
    List<String> keys = new ArrayList<>();
    for (Length.Unit unit : Length.Unit.values()) {
      keys.add("training." + Section.name(unit));
    }
    return keys;
  }

  /**
   * What keeps a recipe from going on with a run, one line for each key in their order; empty where
   * nothing does.
   *
   * @param run the identity of the run so far
   * @param recipe the identity of the recipe at hand
   */
  public static List<String> differences(
      SortedMap<String, String> run, SortedMap<String, String> recipe) {
    SortedSet<String> keys = new TreeSet<>(run.keySet());
    keys.addAll(recipe.keySet());
    return keys.stream()
        .filter(key -> !run.getOrDefault(key, "").equals(recipe.getOrDefault(key, "")))
        .map(key -> difference(key, run.get(key), recipe.get(key)))
        .toList();
  }

  private static String difference(String key, String run, String recipe) {
    return key + ": the run has " + orNone(run) + ", the recipe has " + orNone(recipe);
  }

  private static String orNone(String value) {
    return value == null ? "none" : value;
  }
}
