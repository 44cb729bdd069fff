package org.googlenet.training;

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
import org.googlenet.weights.NetworkTensors;

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
   * @throws org.googlenet.weights.WeightsProblem if the source does not fit
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
    if (start.strict()) {
      requireVariant(source, network.variant());
      requireInput(
          source.source(), ModelImport.toldInput(source, "set start.strict: false"), recipe);
      fitting.requireWhole(
          source.source(), ModelImport.words(network), "start.replace", "start.strict: false");
    }
    return new InitialModel(
        parameters,
        new StateFile.Initial(location, ModelZip.sha256(parameters)),
        fitting.lines().stream().map(line -> source.source() + ": " + line).toList());
  }

  /** Without batch normalisation the variants' parameters have the same shapes. */
  private static void requireVariant(NetworkTensors source, Variant wanted) {
    Optional<Variant> told = DetectedNetwork.variant(source);
    if (told.isPresent() && told.get() != wanted) {
      throw new ModelProblem(
          "%s: is of the variant %s, the recipe's network of %s; set model.variant, or start.strict: false"
              .formatted(source.source(), lower(told.get()), lower(wanted)));
    }
  }

  /** Of other values of the same images a network sees something else, and does not say so. */
  private static void requireInput(String source, Map<String, String> told, Recipe recipe) {
    Map<String, String> wanted = RecipeNetwork.inputIdentity(recipe.input());
    for (String key : VALUES_OF_PIXELS) {
      String value = told.getOrDefault(key, wanted.get(key));
      if (!value.equals(wanted.get(key))) {
        throw new ModelProblem(
            "%s: was trained with %s %s, the recipe has %s; set input, or start.strict: false"
                .formatted(source, key, value, wanted.get(key)));
      }
    }
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
    if (recipe.start().strict()) {
      requireInput(model.location(), RecipeNetwork.inputIdentity(model.decoding()), recipe);
    }
    return new InitialModel(
        model.parameters(),
        new StateFile.Initial(location, ModelZip.sha256(model.parameters())),
        List.of());
  }
}
