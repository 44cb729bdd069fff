package org.googlenet.recipe;

import java.util.Collections;
import java.util.List;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.model.Variant;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.recipe.Recipe.Master;
import org.googlenet.recipe.Recipe.OuterKind;

/** Refuses values that are allowed but do not go together. */
record Conflicts(Reading reading) {

  private static final double WHOLE_QUORUM = 1.0;

  void refuse() {
    refusePresetWithoutEffect();
    for (FineTuning.Mistake mistake : FineTuningKeys.fineTuning(reading.values()).mistakes()) {
      reading.refuse(mistake.key(), mistake.name(), mistake.why());
    }
    boolean isBaseline = has(AveragingKeys.MASTER, Master.DL4J);
    if (isBaseline) {
      refuseWhatTheBaselineCannot();
    }
    if (isBaseline || has(TrainingKeys.ENGINE, EngineKind.DL4J)) {
      refuseWhatDl4jsEngineCannot(
          isBaseline
              ? "averaging.master dl4j cannot do this; use "
              : "needs training.engine onednn or auto; use one of them, or ");
    }
  }

  /** Its keys would all win over it, as those of the recipe that a run has stored. */
  private void refusePresetWithoutEffect() {
    if (reading.isGiven(InputKeys.PRESET) && InputKeys.BY_PRESET.stream().allMatch(this::isFixed)) {
      reading.refuse(
          InputKeys.PRESET,
          reading.values().text(InputKeys.PRESET),
          "all that it says is given too; leave it out, or set the whole section, as in"
              + " input=caffe");
    }
  }

  private boolean isFixed(Key<?> key) {
    return reading.isGiven(key) || !key.use().holds(reading.values()::text);
  }

  private void refuseWhatTheBaselineCannot() {
    String cannot = "averaging.master dl4j cannot do this; use averaging.master own, or ";
    requireOnly(AveragingKeys.OUTER_KIND, OuterKind.AVERAGE, cannot);
    requireOnly(LocalStepsKeys.SCHEDULE, LocalSteps.Schedule.CONSTANT, cannot);
    requireOnly(AveragingKeys.COMPRESSION, Compression.NONE, cannot);
    requireOnly(AveragingKeys.QUORUM, WHOLE_QUORUM, cannot);
    requireOnly(FineTuningKeys.FREEZE, List.of(), cannot);
    requireOnly(FineTuningKeys.RATES, Collections.emptySortedMap(), cannot);
    if (has(ModelKeys.VARIANT, Variant.BATCHNORM)) {
      // Running means have no updater, so DL4J's updater state is of another length.
      reading.refuse(
          ModelKeys.VARIANT,
          reading.values().text(ModelKeys.VARIANT),
          cannot + "a variant without batch normalisation");
    }
    if (!has(TrainingKeys.ENGINE, EngineKind.AUTO) && !has(TrainingKeys.ENGINE, EngineKind.DL4J)) {
      reading.refuse(
          TrainingKeys.ENGINE,
          reading.values().text(TrainingKeys.ENGINE),
          "averaging.master dl4j has no such engine; use dl4j");
    }
  }

  private void refuseWhatDl4jsEngineCannot(String cannot) {
    requireOnly(TrainingKeys.PRECISION, Precision.FP32, cannot);
    requireOnly(TrainingKeys.CONVOLUTION, Convolution.AUTO, cannot);
  }

  private <T> boolean has(Key<T> key, T value) {
    return reading.values().get(key).equals(value);
  }

  private <T> void requireOnly(Key<T> key, T only, String cannot) {
    if (!has(key, only)) {
      reading.refuse(key, reading.values().text(key), cannot + key.text(only));
    }
  }
}
