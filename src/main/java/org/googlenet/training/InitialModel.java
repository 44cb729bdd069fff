package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.evaluation.ModelImport;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.Variant;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.run.StateFile;
import org.googlenet.weights.DetectedNetwork;
import org.googlenet.weights.Fitting;
import org.googlenet.weights.ModelMetadata;
import org.googlenet.weights.NetworkTensors;
import org.googlenet.weights.WeightsProblem;

/**
 * The weights that a run begins with: checks that they fit, and says what the run records about
 * them.
 *
 * @param parameters of the recipe's network, flat
 * @param initial what the run records
 * @param warnings what did not fit although that is allowed, a line each
 */
record InitialModel(float[] parameters, StateFile.Initial initial, List<String> warnings) {

  /** The recipe's keys of how the bytes of a pixel become values. */
  private static final List<String> VALUES_OF_PIXELS =
      List.of("input.channels", "input.mean", "input.deviation");

  /**
   * Begins with the tensors of a source, as the recipe's {@code start} says.
   *
   * @param location as it was named
   * @param fresh parameters of the network, which those of the source replace
   * @throws WeightsProblem if the source does not fit
   * @throws ModelProblem if the start is strict and the source is of another variant, or was
   *     trained on other values of pixels
   */
  static InitialModel of(
      String location,
      NetworkTensors source,
      Recipe recipe,
      ParameterLayout layout,
      float[] fresh) {
    Recipe.Start start = recipe.start();
    float[] parameters = fresh.clone();
    Fitting fitting = Fitting.of(source, layout, parameters, start.replace());
    GoogLeNet network = RecipeNetwork.googLeNet(recipe);
    List<Difference> differences = new ArrayList<>();
    variant(source, network.variant()).ifPresent(differences::add);
    differences.addAll(input(toldInput(source, start.strict()), recipe));
    List<String> warnings = allowed(source.source(), differences, start.strict());
    if (start.strict()) {
      fitting.requireWhole(
          source.source(),
          ModelImport.words(network),
          "start.replace: [%s]",
          "start.strict: false");
    }
    fitting.lines().forEach(line -> warnings.add(source.source() + ": " + line));
    return new InitialModel(
        parameters, new StateFile.Initial(location, ModelZip.sha256(parameters)), warnings);
  }

  /** In the source's own words if it is not understood, and need not be. */
  private static Map<String, String> toldInput(NetworkTensors source, boolean strict) {
    try {
      return ModelImport.toldInput(source, "set start.strict: false");
    } catch (WeightsProblem e) {
      if (strict) {
        throw e;
      }
      return ModelMetadata.input(source.metadata());
    }
  }

  /** What the model and the recipe say otherwise, and what would be set so that they agree. */
  private record Difference(String words, String keys) {}

  /** A line for each difference; none is allowed if the start is strict. */
  private static List<String> allowed(String source, List<Difference> differences, boolean strict) {
    List<String> lines = new ArrayList<>();
    for (Difference difference : differences) {
      String line = source + ": " + difference.words();
      if (strict) {
        throw new ModelProblem(
            "%s; set %s, or start.strict: false".formatted(line, difference.keys()));
      }
      lines.add(line);
    }
    return lines;
  }

  /** Without batch normalisation the variants' parameters have the same shapes. */
  private static Optional<Difference> variant(NetworkTensors source, Variant wanted) {
    return DetectedNetwork.variant(source)
        .filter(told -> told != wanted)
        .map(
            told ->
                new Difference(
                    "is of the variant %s, the recipe's network of %s"
                        .formatted(lower(told), lower(wanted)),
                    "model.variant"));
  }

  /** Of other values of the same images a network sees something else, and does not say so. */
  private static List<Difference> input(Map<String, String> told, Recipe recipe) {
    Map<String, String> wanted = RecipeNetwork.inputIdentity(recipe.input());
    return VALUES_OF_PIXELS.stream()
        .filter(key -> !told.getOrDefault(key, wanted.get(key)).equals(wanted.get(key)))
        .map(
            key ->
                new Difference(
                    "was trained with %s %s, the recipe has %s"
                        .formatted(key, told.get(key), wanted.get(key)),
                    "input"))
        .toList();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Begins with a champion, whose network must be the recipe's.
   *
   * @param location as it was named
   * @param parameters how many the recipe's network has
   * @throws ModelProblem if a run of the recipe cannot begin with the model
   */
  static InitialModel of(String location, TrainedModel model, Recipe recipe, int parameters) {
    GoogLeNet network = model.network();
    boolean fits =
        network.variant() == recipe.model().variant()
            && model.classes() == recipe.model().classes()
            && model.side() == recipe.model().side()
            && model.parameters().length == parameters;
    if (!fits) {
      throw new ModelProblem(
          String.format(
              Locale.ROOT,
              "%s: is of %s and %,d parameters, the recipe's network of %s and %,d; begin with another model, or set model.variant, model.classes and model.side",
              model.location(),
              ModelImport.words(network),
              model.parameters().length,
              ModelImport.words(RecipeNetwork.googLeNet(recipe)),
              parameters));
    }
    List<Difference> differences = input(RecipeNetwork.inputIdentity(model.decoding()), recipe);
    return new InitialModel(
        model.parameters(),
        new StateFile.Initial(location, ModelZip.sha256(model.parameters())),
        allowed(model.location(), differences, recipe.start().strict()));
  }
}
