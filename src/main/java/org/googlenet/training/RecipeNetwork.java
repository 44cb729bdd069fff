package org.googlenet.training;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.config.Recipe;
import org.googlenet.data.Augmentation;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;

/** Makes of a recipe the network that it describes, its optimiser and its learning rate. */
final class RecipeNetwork {

  private RecipeNetwork() {}

  /**
   * The network of a recipe.
   *
   * @param steps global steps of the whole training, for the schedules that need them
   */
  static ComputationGraphConfiguration of(Recipe recipe, int steps) {
    return googLeNet(recipe)
        .configuration(
            new MomentumSgd(
                recipe.optimizer().momentum(),
                schedule(recipe.learningRate(), steps),
                recipe.optimizer().clipNorm()),
            recipe.optimizer().weightDecay(),
            recipe.training().seed());
  }

  /** The learning rate by global step. */
  static LearningRateSchedule schedule(Recipe.LearningRate rate, int steps) {
    if (rate instanceof Recipe.StepRate step) {
      return new LearningRateSchedule.Step(step.base(), step.every(), step.factor(), step.warmUp());
    }
    if (rate instanceof Recipe.PolynomialRate polynomial) {
      return new LearningRateSchedule.Polynomial(
          polynomial.base(), polynomial.power(), steps, polynomial.warmUp());
    }
    if (rate instanceof Recipe.CosineRate cosine) {
      return new LearningRateSchedule.Cosine(cosine.base(), steps, cosine.floor(), cosine.warmUp());
    }
    return new LearningRateSchedule.Constant(rate.base(), rate.warmUp());
  }

  /** How images become tensors. */
  static Augmentation augmentation(Recipe recipe) {
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
