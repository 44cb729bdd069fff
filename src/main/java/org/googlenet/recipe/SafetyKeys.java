package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;

import java.time.Duration;
import java.util.List;
import org.googlenet.recipe.Recipe.Checkpoint;
import org.googlenet.recipe.Recipe.Divergence;
import org.googlenet.recipe.Recipe.DivergenceAction;
import org.googlenet.recipe.Recipe.Evaluation;

/** The recipe keys that protect a run: divergence, checkpoints, the lease and evaluation. */
final class SafetyKeys {

  private static final int MANY = 1_000_000_000;

  static final Key<DivergenceAction> ACTION =
      Key.of("divergence.action", new ValueType.Choice<>(DivergenceAction.class))
          .means(
              "end with code 5, or go back to the newest checkpoint whose round is a multiple of"
                  + " `checkpoint.every`, with a lower learning rate")
          .orElse(DivergenceAction.STOP)
          .from(recipe -> recipe.divergence().action());

  static final Key<Integer> TIMES =
      Key.of("divergence.times", new ValueType.Int(1, 100))
          .means("`rewind` only: how often, then the training ends with code 5")
          .orElse(3)
          .used(Condition.with(ACTION, DivergenceAction.REWIND))
          .from(recipe -> recipe.divergence().times());

  static final Key<Double> RATE =
      Key.of("divergence.rate", new ValueType.Real(above(0, 1)))
          .means("`rewind` only: what the learning rate is multiplied by")
          .orElse(0.5)
          .used(Condition.with(ACTION, DivergenceAction.REWIND))
          .from(recipe -> recipe.divergence().rate());

  static final Shorthand DIVERGENCE =
      new Shorthand(
          "divergence",
          "action",
          "what happens when a round diverges: a loss that is no number or over 50 ln(classes), or"
              + " a parameter that is no number. The round is thrown away in any case; `stop` is"
              + " short for `{action: stop}`");

  /** Which rounds are checkpointed decides the bits if a rewind may go back to one. */
  static final Key<Integer> CHECKPOINT_EVERY =
      Key.of("checkpoint.every", new ValueType.Int(1, MANY))
          .means("rounds between two checkpoints")
          .orElse(4)
          .identity(Condition.with(ACTION, DivergenceAction.REWIND))
          .from(recipe -> recipe.checkpoint().every());

  static final Key<Integer> KEEP_LAST =
      Key.of("checkpoint.keepLast", new ValueType.Int(1, MANY))
          .means("newest checkpoints that stay")
          .orElse(3)
          .free()
          .from(recipe -> recipe.checkpoint().keepLast());

  static final Key<Integer> KEEP_BEST =
      Key.of("checkpoint.keepBest", new ValueType.Int(0, MANY))
          .means("best evaluated checkpoints that stay")
          .orElse(1)
          .free()
          .from(recipe -> recipe.checkpoint().keepBest());

  static final Key<Integer> KEEP_EVERY =
      Key.of("checkpoint.keepEvery", new ValueType.Int(0, MANY))
          .means("checkpoints whose round is a multiple of this stay; 0 for none")
          .orElse(0)
          .free()
          .from(recipe -> recipe.checkpoint().keepEvery());

  static final Key<Duration> LEASE =
      Key.of("checkpoint.lease", new ValueType.Span(Duration.ofSeconds(1), Duration.ofDays(1)))
          .means("after this silence another driver may take the run")
          .orElse(Duration.ofSeconds(60))
          .free()
          .from(recipe -> recipe.checkpoint().lease());

  static final Key<Integer> EVALUATION_EVERY =
      Key.of("evaluation.every", new ValueType.Int(0, MANY))
          .means("rounds between two evaluations; 0 evaluates at the end only")
          .orElse(4)
          .free()
          .from(recipe -> recipe.evaluation().every());

  static final List<Key<?>> ALL =
      List.of(
          ACTION,
          TIMES,
          RATE,
          CHECKPOINT_EVERY,
          KEEP_LAST,
          KEEP_BEST,
          KEEP_EVERY,
          LEASE,
          EVALUATION_EVERY);

  private SafetyKeys() {}

  static Divergence divergence(Values values) {
    return switch (values.get(ACTION)) {
      case STOP -> Divergence.STOP;
      case REWIND -> new Divergence(values.get(ACTION), values.get(TIMES), values.get(RATE));
    };
  }

  static Checkpoint checkpoint(Values values) {
    return new Checkpoint(
        values.get(CHECKPOINT_EVERY),
        values.get(KEEP_LAST),
        values.get(KEEP_BEST),
        values.get(KEEP_EVERY),
        values.get(LEASE));
  }

  static Evaluation evaluation(Values values) {
    return new Evaluation(values.get(EVALUATION_EVERY));
  }
}
