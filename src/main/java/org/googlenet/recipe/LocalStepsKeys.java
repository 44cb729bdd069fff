package org.googlenet.recipe;

import java.util.List;
import org.googlenet.recipe.LocalSteps.Schedule;

/** The recipe keys of the number of local steps per round. */
final class LocalStepsKeys {

  private static final int MOST_STEPS = 1_000_000;

  static final Key<Schedule> SCHEDULE =
      Key.of("averaging.localSteps.schedule", new ValueType.Choice<>(Schedule.class))
          .means(
              "how the number changes with the global step, looked at when a round begins: always"
                  + " the same; multiplied from time to time; or 1 at first, which is synchronous"
                  + " SGD as far as no gradient is clipped, and then `value` (post-local SGD, Lin"
                  + " et al. 2020)")
          .orElse(Schedule.CONSTANT)
          .from(recipe -> recipe.averaging().localSteps().schedule());

  static final Key<Integer> VALUE =
      Key.of("averaging.localSteps.value", new ValueType.Int(1, MOST_STEPS))
          .means("the number; for `growing` the first one, for `warmup` the one after the warm-up")
          .orElse(16)
          .from(recipe -> recipe.averaging().localSteps().value());

  static final Key<Integer> EVERY =
      Key.of("averaging.localSteps.every", new ValueType.Int(1, 1_000_000_000))
          .means("`growing` only: global steps between two multiplications")
          .required("give the global steps between two multiplications")
          .used(Condition.with(SCHEDULE, Schedule.GROWING))
          .from(recipe -> growing(recipe).every());

  static final Key<Integer> FACTOR =
      Key.of("averaging.localSteps.factor", new ValueType.Int(2, 100))
          .means("`growing` only: what the number is multiplied by")
          .orElse(2)
          .used(Condition.with(SCHEDULE, Schedule.GROWING))
          .from(recipe -> growing(recipe).factor());

  static final Key<Integer> MOST =
      Key.of("averaging.localSteps.most", new ValueType.Int(1, MOST_STEPS))
          .means("`growing` only: where the number ends")
          .required("give the local steps to grow to")
          .narrowed("`value`..1000000", values -> new ValueType.Int(values.get(VALUE), MOST_STEPS))
          .used(Condition.with(SCHEDULE, Schedule.GROWING))
          .from(recipe -> growing(recipe).most());

  static final Key<Integer> WARM_UP =
      Key.of("averaging.localSteps.warmUp", new ValueType.Int(1, MOST_STEPS))
          .means("`warmup` only: global steps with one local step a round")
          .required("give the global steps to make one a round")
          .used(Condition.with(SCHEDULE, Schedule.WARMUP))
          .from(recipe -> ((LocalSteps.WarmUp) recipe.averaging().localSteps()).warmUp());

  static final Shorthand LOCAL_STEPS =
      new Shorthand(
          "averaging.localSteps",
          "value",
          "mini-batches of each worker in a round; `16` is short for `{schedule: constant, value:"
              + " 16}`");

  static final List<Key<?>> ALL = List.of(SCHEDULE, VALUE, EVERY, FACTOR, MOST, WARM_UP);

  private LocalStepsKeys() {}

  private static LocalSteps.Growing growing(Recipe recipe) {
    return (LocalSteps.Growing) recipe.averaging().localSteps();
  }

  static LocalSteps localSteps(Values values) {
    int value = values.get(VALUE);
    return switch (values.get(SCHEDULE)) {
      case CONSTANT -> new LocalSteps.Constant(value);
      case GROWING ->
          new LocalSteps.Growing(value, values.get(EVERY), values.get(FACTOR), values.get(MOST));
      case WARMUP -> new LocalSteps.WarmUp(value, values.get(WARM_UP));
    };
  }
}
