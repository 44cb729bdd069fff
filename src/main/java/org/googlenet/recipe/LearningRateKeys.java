package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;
import static org.googlenet.recipe.Interval.closed;

import java.util.List;
import org.googlenet.recipe.LearningRate.Schedule;

/** The recipe keys of the learning rate. */
final class LearningRateKeys {

  private static final int MANY = 1_000_000_000;

  static final Key<Schedule> SCHEDULE =
      Key.of("learningRate.schedule", new ValueType.Choice<>(Schedule.class))
          .means(
              "`constant`: base; `step`: base * factor^floor(step/every); `polynomial`: base * (1 -"
                  + " step/total)^power; `cosine`: half a cosine from base to floor")
          .orElse(Schedule.POLYNOMIAL)
          .from(recipe -> recipe.learningRate().schedule());

  static final Key<Double> BASE =
      Key.of("learningRate.base", new ValueType.Real(above(0, 10)))
          .means("the rate that the schedule starts from")
          .orElse(0.01)
          .from(recipe -> recipe.learningRate().base());

  static final Key<Integer> EVERY =
      Key.of("learningRate.every", new ValueType.Int(1, MANY))
          .means("`step` only: global steps between two falls")
          .required("give the global steps between two steps of the schedule")
          .used(Condition.with(SCHEDULE, Schedule.STEP))
          .from(recipe -> step(recipe).every());

  static final Key<Double> FACTOR =
      Key.of("learningRate.factor", new ValueType.Real(above(0, 1)))
          .means("`step` only: what each fall multiplies by")
          .orElse(0.1)
          .used(Condition.with(SCHEDULE, Schedule.STEP))
          .from(recipe -> step(recipe).factor());

  static final Key<Double> POWER =
      Key.of("learningRate.power", new ValueType.Real(above(0, 10)))
          .means("`polynomial` only")
          .orElse(1.0)
          .used(Condition.with(SCHEDULE, Schedule.POLYNOMIAL))
          .from(recipe -> ((LearningRate.Polynomial) recipe.learningRate()).power());

  static final Key<Double> FLOOR =
      Key.of("learningRate.floor", new ValueType.Real(closed(0, 10)))
          .means("`cosine` only: the rate at the end")
          .orElse(0.0)
          .narrowed("0..base", values -> new ValueType.Real(closed(0, values.get(BASE))))
          .used(Condition.with(SCHEDULE, Schedule.COSINE))
          .from(recipe -> ((LearningRate.Cosine) recipe.learningRate()).floor());

  static final Key<Integer> WARM_UP =
      Key.of("learningRate.warmUp", new ValueType.Int(0, MANY))
          .means("global steps s over which the rate is taken times (s + 1)/warmUp; 0 for none")
          .orElse(0)
          .from(recipe -> recipe.learningRate().warmUp());

  static final List<Key<?>> ALL = List.of(SCHEDULE, BASE, EVERY, FACTOR, POWER, FLOOR, WARM_UP);

  private LearningRateKeys() {}

  private static LearningRate.Step step(Recipe recipe) {
    return (LearningRate.Step) recipe.learningRate();
  }

  static LearningRate learningRate(Values values) {
    double base = values.get(BASE);
    int warmUp = values.get(WARM_UP);
    return switch (values.get(SCHEDULE)) {
      case CONSTANT -> new LearningRate.Constant(base, warmUp);
      case STEP -> new LearningRate.Step(base, values.get(EVERY), values.get(FACTOR), warmUp);
      case POLYNOMIAL -> new LearningRate.Polynomial(base, values.get(POWER), warmUp);
      case COSINE -> new LearningRate.Cosine(base, values.get(FLOOR), warmUp);
    };
  }
}
