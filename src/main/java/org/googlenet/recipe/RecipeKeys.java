package org.googlenet.recipe;

import java.util.List;
import java.util.stream.Stream;

/** All recipe keys of this version; a new key goes into one of the lists named here. */
final class RecipeKeys {

  static final Keys ALL =
      new Keys(
          Stream.of(
                  DataKeys.ALL,
                  ModelKeys.ALL,
                  InputKeys.ALL,
                  StartKeys.ALL,
                  TrainingKeys.ALL,
                  LearningRateKeys.ALL,
                  FineTuningKeys.ALL,
                  List.of(AveragingKeys.WORKERS),
                  LocalStepsKeys.ALL,
                  AveragingKeys.AFTER_LOCAL_STEPS,
                  SafetyKeys.ALL,
                  ReportKeys.ALL)
              .<Key<?>>flatMap(List::stream)
              .toList(),
          List.of(
              DataKeys.CACHE,
              InputKeys.INPUT,
              StartKeys.START,
              LocalStepsKeys.LOCAL_STEPS,
              AveragingKeys.OUTER,
              SafetyKeys.DIVERGENCE,
              ReportKeys.TENSORBOARD_ALONE,
              ReportKeys.MLFLOW,
              ReportKeys.LINEAGE),
          List.of());

  private RecipeKeys() {}

  /** The recipe that complete and valid values make. */
  static Recipe recipe(Values values) {
    return new Recipe(
        values.get(DataKeys.RUN),
        values.get(DataKeys.OUTPUT),
        values.get(DataKeys.MODELS),
        DataKeys.data(values),
        ModelKeys.model(values),
        ModelKeys.loss(values),
        InputKeys.input(values),
        StartKeys.start(values),
        TrainingKeys.training(values),
        TrainingKeys.optimizer(values),
        LearningRateKeys.learningRate(values),
        FineTuningKeys.fineTuning(values),
        AveragingKeys.averaging(values),
        SafetyKeys.divergence(values),
        SafetyKeys.checkpoint(values),
        SafetyKeys.evaluation(values),
        ReportKeys.report(values));
  }
}
