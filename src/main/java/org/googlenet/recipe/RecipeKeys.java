package org.googlenet.recipe;

import java.util.List;
import java.util.stream.Stream;

/** What this version knows of recipes: the place to add a key is one of the lists named here. */
final class RecipeKeys {

  static final Keys ALL =
      new Keys(
          Stream.of(
                  DataKeys.ALL,
                  ModelKeys.ALL,
                  TrainingKeys.ALL,
                  LearningRateKeys.ALL,
                  List.of(AveragingKeys.WORKERS),
                  LocalStepsKeys.ALL,
                  AveragingKeys.AFTER_LOCAL_STEPS,
                  SafetyKeys.ALL)
              .<Key<?>>flatMap(List::stream)
              .toList(),
          List.of(
              DataKeys.CACHE,
              LocalStepsKeys.LOCAL_STEPS,
              AveragingKeys.OUTER,
              SafetyKeys.DIVERGENCE),
          List.of());

  private RecipeKeys() {}

  /** The recipe of values that nothing is wrong with. */
  static Recipe recipe(Values values) {
    return new Recipe(
        values.get(DataKeys.RUN),
        values.get(DataKeys.OUTPUT),
        values.get(DataKeys.MODELS),
        DataKeys.data(values),
        ModelKeys.model(values),
        ModelKeys.loss(values),
        ModelKeys.input(values),
        TrainingKeys.training(values),
        TrainingKeys.optimizer(values),
        LearningRateKeys.learningRate(values),
        AveragingKeys.averaging(values),
        SafetyKeys.divergence(values),
        SafetyKeys.checkpoint(values),
        SafetyKeys.evaluation(values));
  }
}
