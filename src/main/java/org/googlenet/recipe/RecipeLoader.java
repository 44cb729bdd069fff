package org.googlenet.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.googlenet.recipe.Recipe.Start;

/** Turns YAML into a checked {@link Recipe} and back, and says which keys decide the bits. */
public final class RecipeLoader {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private static final Identity IDENTITY = new Identity(RecipeKeys.ALL);

  private RecipeLoader() {}

  /**
   * Reads a recipe, lays the overrides over it and checks everything.
   *
   * @param yaml the text of the recipe
   * @param source the file or URI it comes from; the file's name without its extension is the
   *     default run id
   * @param overrides settings {@code key=value}, the value in YAML, later ones win
   * @param warnings receives a line for each key that has been renamed or dropped since
   * @throws RecipeProblem with everything that is wrong
   */
  public static Recipe load(
      String yaml, String source, List<String> overrides, Consumer<String> warnings) {
    return RecipeKeys.recipe(
        values(
            RecipeKeys.ALL,
            yaml,
            source,
            overrides,
            line -> warnings.accept(source + ": " + line)));
  }

  /** The same without warnings, for a recipe that a run has stored and nobody will edit. */
  public static Recipe load(String yaml, String source, List<String> overrides) {
    return load(yaml, source, overrides, warning -> {});
  }

  /** The same for any declaration that has this version's keys. */
  static Values values(
      Keys keys, String yaml, String source, List<String> overrides, Consumer<String> warnings) {
    Problems problems = new Problems(keys.known());
    OldNames names = new OldNames(keys, warnings);
    Tree written = names.now(new Tree(parse(yaml, source), keys), problems);
    Tree set = names.now(Overrides.apply(written, overrides, names, problems), problems);
    Reading reading = Reading.of(withRun(set, source), problems);
    new Conflicts(reading).refuse();
    List<String> lines = problems.lines();
    if (!lines.isEmpty()) {
      throw new RecipeProblem(source, lines);
    }
    return reading.values();
  }

  private static Node parse(String yaml, String source) {
    try {
      return YamlTree.read(yaml);
    } catch (YamlTree.Malformed e) {
      throw new RecipeProblem(source, List.of(e.getMessage()));
    }
  }

  /** A recipe without a run id takes its file's name, if that is a valid one. */
  private static Tree withRun(Tree tree, String source) {
    Node name = new Node.Scalar(defaultRun(source), Node.Kind.TEXT);
    boolean isMapping = tree.root() instanceof Node.Fields || tree.root().isNothing();
    return isMapping && tree.at(DataKeys.RUN.path()).isEmpty() && isRun(name)
        ? tree.with(DataKeys.RUN.path(), name)
        : tree;
  }

  private static boolean isRun(Node name) {
    try {
      DataKeys.RUN.type(new Values()).read(name);
      return true;
    } catch (Refused e) {
      return false;
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
      return YAML.writeValueAsString(RecipeKeys.ALL.tree(recipe));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of plain values are always YAML", e);
    }
  }

  /** Each key that the effective recipe has, as {@code training.batch}, with its value as text. */
  public static Map<String, String> values(Recipe recipe) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Key<?> key : RecipeKeys.ALL.all()) {
      key.writtenIn(recipe).ifPresent(value -> values.put(key.path(), String.valueOf(value)));
    }
    return values;
  }

  /**
   * The keys of the effective recipe whose values are not the ones that a recipe without them has;
   * those that each recipe must give are among them.
   */
  public static List<String> changed(Recipe recipe) {
    return RecipeKeys.ALL.all().stream()
        .filter(key -> key.in(recipe).isPresent() && !key.hasDefaultIn(recipe))
        .map(Key::path)
        .toList();
  }

  /**
   * The keys that decide the bits of a run, with their values: a run can only be continued with the
   * same ones. The length of the training is among them if the learning rate depends on it, and so
   * is the choice of rounds to checkpoint if a rewind may go back to one.
   */
  public static SortedMap<String, String> identity(Recipe recipe) {
    return IDENTITY.of(recipe);
  }

  /**
   * The identity of a run that any older version may have begun, as this version would have it:
   * keys that were added since have the value that means what was done before.
   *
   * @param stored as the older version had it
   * @param warnings receives a line for each key that has been renamed or dropped since
   */
  public static SortedMap<String, String> completed(
      SortedMap<String, String> stored, Consumer<String> warnings) {
    return IDENTITY.completed(stored, warnings);
  }

  /**
   * What keeps a recipe from continuing a run: one line for each key that differs, in order; empty
   * if nothing does.
   *
   * @param run the identity of the run so far
   * @param recipe the identity of the recipe at hand
   */
  public static List<String> differences(
      SortedMap<String, String> run, SortedMap<String, String> recipe) {
    return Identity.differences(run, recipe);
  }

  /**
   * The keys of a run's beginning that are not compared by their values: the name of what it began
   * with, which the run records apart, and how that was taken, unless both name it: a recipe that
   * names nothing means the same beginning.
   */
  public static Set<String> startKeysNotCompared(
      SortedMap<String, String> run, SortedMap<String, String> recipe) {
    String from = StartKeys.FROM.path();
    boolean isNamed = !Start.NONE.equals(run.get(from)) && !Start.NONE.equals(recipe.get(from));
    return isNamed
        ? Set.of(from)
        : StartKeys.ALL.stream().map(Key::path).collect(Collectors.toSet());
  }

  /** Whether the identities of a run and of a recipe name the same weights to begin with. */
  public static boolean namesSameStart(
      SortedMap<String, String> run, SortedMap<String, String> recipe) {
    return Objects.equals(run.get(StartKeys.FROM.path()), recipe.get(StartKeys.FROM.path()));
  }

  /** The keys that say how long the training is; a recipe has exactly one of them. */
  public static Set<String> lengthKeys() {
    return Set.of(TrainingKeys.EPOCHS.path(), TrainingKeys.ROUNDS.path());
  }
}
