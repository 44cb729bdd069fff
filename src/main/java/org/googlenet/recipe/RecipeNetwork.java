package org.googlenet.recipe;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.image.Augmentation;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;

/** Makes of a recipe the network that it describes, its optimiser and its learning rate. */
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
    Recipe.LearningRate rate = recipe.learningRate();
    double lowered = StrictMath.pow(recipe.divergence().rate(), rewinds);
    double base = lowered * rate.base();
    if (rate instanceof Recipe.StepRate step) {
      return new LearningRateSchedule.Step(base, step.every(), step.factor(), step.warmUp());
    }
    if (rate instanceof Recipe.PolynomialRate polynomial) {
      return new LearningRateSchedule.Polynomial(
          base, polynomial.power(), steps, polynomial.warmUp());
    }
    if (rate instanceof Recipe.CosineRate cosine) {
      return new LearningRateSchedule.Cosine(
          base, steps, lowered * cosine.floor(), cosine.warmUp());
    }
    return new LearningRateSchedule.Constant(base, rate.warmUp());
  }

  /** How images become tensors. */
  public static Augmentation augmentation(Recipe recipe) {
    return new Augmentation(Augmentation.Kind.valueOf(recipe.input().augmentation().name()));
  }

  private static GoogLeNet googLeNet(Recipe recipe) {
    Recipe.Model model = recipe.model();
    return new GoogLeNet(
        model.classes(),
        model.side(),
        Initialisation.valueOf(model.initialisation().name()),
        model.bias(),
        model.dropout().main(),
        model.dropout().aux(),
        new LossWeights(recipe.loss().main(), recipe.loss().aux1(), recipe.loss().aux2()));
  }
}
