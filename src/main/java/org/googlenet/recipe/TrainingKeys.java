package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.below;
import static org.googlenet.recipe.Interval.closed;

import java.util.List;
import java.util.Optional;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.recipe.Recipe.Length;
import org.googlenet.recipe.Recipe.Optimizer;
import org.googlenet.recipe.Recipe.Training;

/** The recipe keys of a training's length, its local steps and their optimiser. */
final class TrainingKeys {

  /** The length decides the bits if the learning rate depends on it. */
  private static final Condition RATE_USES_LENGTH =
      Condition.with(
          LearningRateKeys.SCHEDULE,
          LearningRate.Schedule.POLYNOMIAL,
          LearningRate.Schedule.COSINE);

  static final Key<Integer> BATCH =
      Key.of("training.batch", new ValueType.Int(1, 4096))
          .means("examples of one local step")
          .orElse(32)
          .from(recipe -> recipe.training().batch());

  static final Key<Integer> EPOCHS =
      Key.of("training.epochs", new ValueType.Int(1, 1_000_000))
          .means("length of the training; this or `training.rounds`")
          .identity(RATE_USES_LENGTH)
          .ifAny(recipe -> length(recipe, Length.Unit.EPOCHS));

  static final Key<Integer> ROUNDS =
      Key.of("training.rounds", new ValueType.Int(1, 1_000_000_000))
          .means("length of the training; this or `training.epochs`")
          .insteadOf(EPOCHS, "give training.epochs or training.rounds, 1 or more")
          .identity(RATE_USES_LENGTH)
          .ifAny(recipe -> length(recipe, Length.Unit.ROUNDS));

  static final Key<Long> SEED =
      Key.of("training.seed", new ValueType.Whole(Long.MIN_VALUE, Long.MAX_VALUE))
          .means("initialisation, order, augmentation and dropout follow from it")
          .orElse(1L)
          .from(recipe -> recipe.training().seed());

  static final Key<EngineKind> ENGINE =
      Key.of("training.engine", new EngineNames())
          .means(
              "what executes a local step. `onednn`: a plan of oneDNN's primitives, refused where"
                  + " the library or a layer is missing; `dl4j`: DL4J's own code, much slower;"
                  + " `auto`: `onednn` where it can be had, else `dl4j` with a warning. The"
                  + " executors decide, not the driver. If `auto` decides otherwise than before,"
                  + " going on gives a warning. [Another jar](extending.md#an-engine) may add others")
          .orElse(EngineKind.AUTO)
          .from(recipe -> recipe.training().engine());

  static final Key<Precision> PRECISION =
      Key.of("training.precision", new ValueType.Choice<>(Precision.class))
          .means(
              "arithmetic of convolutions. `bf16` keeps parameters, gradients and sums in fp32; a"
                  + " processor with neither AVX512_BF16 nor AMX goes on in fp32 with a warning;"
                  + " not with `dl4j`")
          .orElse(Precision.FP32)
          .from(recipe -> recipe.training().precision());

  static final Key<Convolution> CONVOLUTION =
      Key.of("training.convolution", new ValueType.Choice<>(Convolution.class))
          .means(
              "algorithm of convolutions: the fastest for each shape (Winograd among them), or"
                  + " direct only; not with `dl4j`")
          .orElse(Convolution.AUTO)
          .from(recipe -> recipe.training().convolution());

  static final Key<Double> MOMENTUM =
      Key.of("optimizer.momentum", new ValueType.Real(below(0, 1)))
          .means("share of the last update that goes on: v = m*v + (g + decay*w), w -= rate*v")
          .orElse(0.9)
          .from(recipe -> recipe.optimizer().momentum());

  static final Key<Double> WEIGHT_DECAY =
      Key.of("optimizer.weightDecay", new ValueType.Real(closed(0, 1)))
          .means("decay of weights; biases, scales and shifts have none")
          .orElse(0.0002)
          .from(recipe -> recipe.optimizer().weightDecay());

  static final Key<Double> CLIP_NORM =
      Key.of("optimizer.clipNorm", new ValueType.Real(closed(0, 1_000_000_000)))
          .means("largest global norm of a gradient; 0 clips nothing")
          .orElse(5.0)
          .from(recipe -> recipe.optimizer().clipNorm());

  static final List<Key<?>> ALL =
      List.of(
          BATCH,
          EPOCHS,
          ROUNDS,
          SEED,
          ENGINE,
          PRECISION,
          CONVOLUTION,
          MOMENTUM,
          WEIGHT_DECAY,
          CLIP_NORM);

  private TrainingKeys() {}

  private static Optional<Integer> length(Recipe recipe, Length.Unit unit) {
    Length length = recipe.training().length();
    return length.unit() == unit ? Optional.of(length.count()) : Optional.empty();
  }

  static Training training(Values values) {
    return new Training(
        values.get(BATCH),
        values.has(EPOCHS) ? Length.epochs(values.get(EPOCHS)) : Length.rounds(values.get(ROUNDS)),
        values.get(SEED),
        values.get(ENGINE),
        values.get(PRECISION),
        values.get(CONVOLUTION));
  }

  static Optimizer optimizer(Values values) {
    return new Optimizer(values.get(MOMENTUM), values.get(WEIGHT_DECAY), values.get(CLIP_NORM));
  }
}
