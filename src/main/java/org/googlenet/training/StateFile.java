package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.checkpoint.Metadata;
import org.googlenet.config.Recipe;
import org.googlenet.config.RecipeLoader;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.NativeThreads;
import org.googlenet.evaluation.TrainedModel;

/**
 * What {@code state.json} of a checkpoint says beside the vectors: the counters, and all that must
 * be, or had better be, the same when the training goes on.
 */
final class StateFile {

  private static final String IDENTITY = "identity.";
  private static final String DATASET = "dataset";
  private static final String THREADS = "threads";
  private static final String INSTRUCTIONS = "instructions";
  private static final String ENGINE = "engine";

  private StateFile() {}

  /** The contents for a state of a training. */
  static Metadata of(
      TrainingState state, Recipe recipe, Dataset train, String engine, EngineSpec spec) {
    Map<String, Long> counters = new TreeMap<>();
    counters.put("round", (long) state.round());
    counters.put("step", (long) state.step());
    counters.put("examples", state.examples());
    Map<String, String> labels = new TreeMap<>();
    RecipeLoader.identity(recipe).forEach((key, value) -> labels.put(IDENTITY + key, value));
    labels.put(DATASET, train.fingerprint());
    labels.put(ENGINE, engine);
    labels.put(THREADS, Integer.toString(spec.threads()));
    labels.put(INSTRUCTIONS, NativeThreads.instructions());
    labels.put(TrainedModel.CLASS_NAMES, String.join("\n", train.classNames()));
    labels.put(
        TrainedModel.AUGMENTATION, recipe.input().augmentation().name().toLowerCase(Locale.ROOT));
    return new Metadata(counters, Map.of(), labels);
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

  /** Whether the training so far saw the same data. */
  static boolean sameData(Metadata saved, Metadata now) {
    return same(DATASET, saved, now);
  }

  /** A line for each thing that changes the last bits of the result, and nothing else. */
  static List<String> roundingDifferences(Metadata saved, Metadata now) {
    List<String> lines = new ArrayList<>();
    for (String label : List.of(ENGINE, THREADS, INSTRUCTIONS)) {
      if (!same(label, saved, now)) {
        lines.add(
            "%s: the run used %s so far and goes on with %s; results may differ in their last bits"
                .formatted(label, saved.labels().get(label), now.labels().get(label)));
      }
    }
    return lines;
  }

  private static boolean same(String label, Metadata saved, Metadata now) {
    return now.labels().get(label).equals(saved.labels().get(label));
  }
}
