package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;
import static org.googlenet.recipe.Interval.below;

import java.util.List;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.recipe.Recipe.Master;
import org.googlenet.recipe.Recipe.Outer;
import org.googlenet.recipe.Recipe.OuterKind;

/** The recipe keys of rounds: who trains, for how long, and how the results become one model. */
final class AveragingKeys {

  static final Key<Integer> WORKERS =
      Key.of("averaging.workers", new ValueType.Int(1, 65_536))
          .means("logical trainers of a round, Spark tasks, whatever executors there are")
          .orElse(2)
          .from(recipe -> recipe.averaging().workers());

  static final Key<Integer> THREADS =
      Key.of(
              "averaging.threads",
              new ValueType.WordOr<>("auto", Averaging.AUTO_THREADS, new ValueType.Int(1, 1024)))
          .means(
              "threads that a worker computes with; `auto` takes its task's cores. Sums depend on"
                  + " it: going on with another number gives a warning")
          .orElse(Averaging.AUTO_THREADS)
          .free()
          .from(recipe -> recipe.averaging().threads());

  static final Key<OuterKind> OUTER_KIND =
      Key.of("averaging.outer.kind", new ValueType.Choice<>(OuterKind.class))
          .means(
              "the average itself; slow momentum (Wang et al. 2020); outer Nesterov (DiLoCo,"
                  + " Douillard et al. 2023); blockwise model-update filtering with classical"
                  + " block momentum (Chen and Huo 2016). Their momentum is kept in the checkpoint")
          .orElse(OuterKind.AVERAGE)
          .spoken("averaging.outer")
          .from(recipe -> recipe.averaging().outer().kind());

  static final Key<Double> OUTER_MOMENTUM =
      Key.of("averaging.outer.momentum", new ValueType.Real(below(0, 1)))
          .means("not for `average`: share of the last outer step that goes on")
          .orElse(0.7)
          .orElse(0.9, Condition.with(OUTER_KIND, OuterKind.NESTEROV, OuterKind.BMUF))
          .used(Condition.without(OUTER_KIND, OuterKind.AVERAGE))
          .from(recipe -> recipe.averaging().outer().momentum());

  static final Key<Double> OUTER_RATE =
      Key.of("averaging.outer.rate", new ValueType.Real(above(0, 10)))
          .means("not for `average`: the outer learning rate")
          .orElse(1.0)
          .orElse(0.7, Condition.with(OUTER_KIND, OuterKind.NESTEROV))
          .used(Condition.without(OUTER_KIND, OuterKind.AVERAGE))
          .from(recipe -> recipe.averaging().outer().rate());

  static final Shorthand OUTER =
      new Shorthand(
          "averaging.outer",
          "kind",
          "what becomes of the average; `slowmo` is short for `{kind: slowmo, momentum: 0.7, rate:"
              + " 1}`");

  static final Key<Compression> COMPRESSION =
      Key.of("averaging.compression", new ValueType.Choice<>(Compression.class))
          .means(
              "of what travels: the state on its way to the workers, and what each has learnt since"
                  + " on its way back. Half the bytes; sums stay in double, and the driver's state"
                  + " in fp32. `fp16` is scaled by blocks and is the more exact one")
          .orElse(Compression.NONE)
          .from(recipe -> recipe.averaging().compression());

  static final Key<Double> QUORUM =
      Key.of("averaging.quorum", new ValueType.Real(above(0, 1)))
          .means(
              "share of a round's examples that ends it, once every worker has started: the others"
                  + " yield what they have, and the rest goes to the next round. The last round of"
                  + " an epoch, and of the training, is whole. Below 1 a result is not repeatable")
          .orElse(1.0)
          .from(recipe -> recipe.averaging().quorum());

  static final Key<Master> MASTER =
      Key.of("averaging.master", new ValueType.Choice<>(Master.class))
          .means(
              "whose rounds: this project's, or dl4j-spark's ParameterAveragingTrainingMaster as"
                  + " the baseline, which refuses compression, quorum, outer optimisers, schedules"
                  + " of local steps, frozen layers and rates by layer, `model.variant` `batchnorm`,"
                  + " the engine `onednn`, `bf16` and `direct`")
          .orElse(Master.OWN)
          .from(recipe -> recipe.averaging().master());

  static final List<Key<?>> AFTER_LOCAL_STEPS =
      List.of(THREADS, OUTER_KIND, OUTER_MOMENTUM, OUTER_RATE, COMPRESSION, QUORUM, MASTER);

  private AveragingKeys() {}

  static Averaging averaging(Values values) {
    return new Averaging(
        values.get(WORKERS),
        LocalStepsKeys.localSteps(values),
        values.get(THREADS),
        outer(values),
        values.get(COMPRESSION),
        values.get(QUORUM),
        values.get(MASTER));
  }

  private static Outer outer(Values values) {
    return switch (values.get(OUTER_KIND)) {
      case AVERAGE -> Outer.AVERAGE;
      case SLOWMO, NESTEROV, BMUF ->
          new Outer(values.get(OUTER_KIND), values.get(OUTER_MOMENTUM), values.get(OUTER_RATE));
    };
  }
}
