package org.googlenet.recipe;

import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.run.StateFile;

/** Builds the network that a recipe describes, with its optimiser and learning rate. */
public final class RecipeNetwork {

  private RecipeNetwork() {}

  /**
   * The network of a recipe.
   *
   * @param schedule the learning rate by global step
   */
  public static ComputationGraphConfiguration of(Recipe recipe, LearningRateSchedule schedule) {
    return googLeNet(recipe)
        .configuration(
            new MomentumSgd(recipe.optimizer().momentum(), schedule, recipe.optimizer().clipNorm()),
            recipe.optimizer().weightDecay(),
            recipe.training().seed());
  }

  /**
   * The learning rate by global step.
   *
   * @param steps global steps of the whole training, for the schedules that need them
   * @param rewinds how often the training was rewound, each time with a lower rate
   */
  public static LearningRateSchedule schedule(Recipe recipe, int steps, int rewinds) {
    double lowered = StrictMath.pow(recipe.divergence().rate(), rewinds);
    return recipe.learningRate().over(steps, lowered);
  }

  /** How images become tensors. */
  public static Decoding decoding(Recipe recipe) {
    Recipe.Input input = recipe.input();
    return new Decoding(
        new Augmentation(input.augmentation()), input.alpha(), input.maxMegapixels());
  }

  /** How images became tensors in a training, by the state that it has left. */
  public static Decoding decoding(StateFile state) {
    return new Decoding(
        new Augmentation(Augmentation.Kind.valueOf(constant(state.data().augmentation()))),
        Alpha.valueOf(constant(text(ModelKeys.ALPHA, state))),
        Integer.parseInt(text(ModelKeys.MAX_MEGAPIXELS, state)));
  }

  /** A key's value; in the state of an older version, what was done before there was the key. */
  private static String text(Key<?> key, StateFile state) {
    return state.identity().getOrDefault(key.path(), key.before().orElseThrow());
  }

  private static String constant(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /**
   * The engine that the recipe asks for; its kind may be {@code AUTO}.
   *
   * @param configuration JSON of the network
   * @param cores of a worker's task
   */
  public static EngineSpec engine(Recipe recipe, String configuration, int cores) {
    return EngineSpec.of(configuration)
        .withBatch(recipe.training().batch())
        .withThreads(recipe.averaging().threadsFor(cores))
        .withKind(recipe.training().engine())
        .withPrecision(recipe.training().precision())
        .withConvolution(recipe.training().convolution());
  }

  private static GoogLeNet googLeNet(Recipe recipe) {
    Recipe.Model model = recipe.model();
    return new GoogLeNet(
        model.variant(),
        model.classes(),
        model.side(),
        model.initialisation(),
        model.bias(),
        model.dropout().main(),
        model.dropout().aux(),
        recipe.loss());
  }
}
