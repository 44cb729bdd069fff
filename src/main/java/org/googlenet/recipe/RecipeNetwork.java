package org.googlenet.recipe;

import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Preset;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.run.CheckpointProblem;
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

  /**
   * How images became tensors in a training, by the state that it has left; of an older version, as
   * it was done then.
   *
   * @throws CheckpointProblem if the state says so in a way that only a newer version knows
   */
  public static Decoding decoding(StateFile state) {
    SortedMap<String, String> identity = new TreeMap<>(state.identity());
    identity.putIfAbsent(InputKeys.AUGMENTATION.path(), state.data().augmentation());
    try {
      return InputKeys.input(identity);
    } catch (Refused e) {
      throw new CheckpointProblem(
          StateFile.NAME + ": " + e.getMessage() + "; use the program that wrote it", e);
    }
  }

  /**
   * The input that a file of weights tells.
   *
   * @param told all keys {@code input.*} of an identity, and no others
   * @throws IllegalArgumentException if there is another key, or one is missing or has a value that
   *     it cannot have
   */
  public static Decoding decoding(SortedMap<String, String> told) {
    try {
      return InputKeys.wholeInput(told);
    } catch (Refused e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * What a state says of the input of a model that was trained with a preset: identity keys and
   * their values.
   */
  public static SortedMap<String, String> inputIdentity(Preset preset) {
    return InputKeys.identity(preset);
  }

  /** The same of a model's own input, whether it is a preset's or not. */
  public static SortedMap<String, String> inputIdentity(Decoding input) {
    return InputKeys.identity(input);
  }

  /** What a state says of a network that no recipe described: identity keys and their values. */
  public static SortedMap<String, String> modelIdentity(GoogLeNet network) {
    SortedMap<String, String> identity = new TreeMap<>();
    identity.put(ModelKeys.VARIANT.path(), ModelKeys.VARIANT.text(network.variant()));
    identity.put(ModelKeys.CLASSES.path(), ModelKeys.CLASSES.text(network.classes()));
    identity.put(ModelKeys.SIDE.path(), ModelKeys.SIDE.text(network.side()));
    return identity;
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

  /** The network of a recipe, without its optimiser. */
  public static GoogLeNet googLeNet(Recipe recipe) {
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
