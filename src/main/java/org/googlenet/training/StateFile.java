package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.run.Metadata;

/**
 * What {@code state.json} of a checkpoint says beside the vectors: the counters, and all that must
 * be, or had better be, the same when the training goes on.
 */
final class StateFile {

  static final String STEP = "step";
  static final String EXAMPLES = "examples";
  static final String REWINDS = "rewinds";

  /** Labels of the model that the run began with. */
  static final String INIT_FROM = "initFrom";

  static final String INIT_PARAMETERS = "initParametersSha256";

  private static final String IDENTITY = "identity.";
  private static final String DATASET = "dataset";
  private static final String THREADS = "threads";
  private static final String INSTRUCTIONS = "instructions";
  private static final String ENGINE = "engine";
  private static final String PRECISION = "precision";

  private StateFile() {}

  /**
   * The contents for a state of a training.
   *
   * @param initial the model that the run began with, if it did with one
   */
  static Metadata of(
      TrainingState state,
      Recipe recipe,
      Dataset train,
      EngineChoice engine,
      Optional<InitialModel> initial) {
    Map<String, Long> counters = new TreeMap<>();
    counters.put("round", (long) state.round());
    counters.put(STEP, (long) state.step());
    counters.put(EXAMPLES, state.examples());
    counters.put(REWINDS, (long) state.rewinds());
    counters.put("leftOver", DataPlan.examples(state.leftOver()));
    Map<String, String> labels = new TreeMap<>();
    RecipeLoader.identity(recipe).forEach((key, value) -> labels.put(IDENTITY + key, value));
    labels.put(DATASET, train.fingerprint());
    initial.ifPresent(
        model -> {
          labels.put(INIT_FROM, model.location());
          labels.put(INIT_PARAMETERS, model.parametersSha256());
        });
    labels.putAll(rounding(engine));
    labels.put(TrainedModel.CLASS_NAMES, String.join("\n", train.classNames()));
    labels.put(
        TrainedModel.AUGMENTATION, recipe.input().augmentation().name().toLowerCase(Locale.ROOT));
    return new Metadata(counters, Map.of(), labels);
  }

  /** What decides the last bits of the result, beside the recipe. */
  private static SortedMap<String, String> rounding(EngineChoice engine) {
    return new TreeMap<>(
        Map.of(
            ENGINE, engine.engine(),
            PRECISION, engine.precision(),
            THREADS, Integer.toString(engine.spec().threads()),
            INSTRUCTIONS, engine.instructions()));
  }

  /** Identity keys of the recipe that the run was trained with so far. */
  static SortedMap<String, String> identity(Metadata state) {
    SortedMap<String, String> identity = new TreeMap<>();
    state
        .labels()
        .forEach(
            (label, value) -> {
              if (label.startsWith(IDENTITY)) {
                identity.put(label.substring(IDENTITY.length()), value);
              }
            });
    return identity;
  }

  /** The model that the run began with; empty if it began with parameters of its own. */
  static Optional<InitialModel> initial(Metadata state) {
    String location = state.labels().get(INIT_FROM);
    return location == null
        ? Optional.empty()
        : Optional.of(new InitialModel(location, state.labels().get(INIT_PARAMETERS)));
  }

  /** Whether the training so far saw the same data. */
  static boolean sameData(Metadata saved, Dataset train) {
    return train.fingerprint().equals(saved.labels().get(DATASET));
  }

  /** A line for each thing that changes the last bits of the result, and nothing else. */
  static List<String> roundingDifferences(Metadata saved, EngineChoice engine) {
    List<String> lines = new ArrayList<>();
    rounding(engine)
        .forEach(
            (label, now) -> {
              String before = saved.labels().getOrDefault(label, now);
              if (!before.equals(now)) {
                lines.add(
                    "%s: the run used %s so far and goes on with %s; results may differ in their last bits"
                        .formatted(label, before, now));
              }
            });
    return lines;
  }
}
