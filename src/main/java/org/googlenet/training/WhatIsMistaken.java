package org.googlenet.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.googlenet.evaluation.Confusion;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Evaluator;
import org.googlenet.evaluation.Mistakes;
import org.googlenet.report.TrainingEvent.Mistaken;

/** Says what a model gets wrong, from its evaluation: the worst of all that was counted. */
final class WhatIsMistaken {

  private WhatIsMistaken() {}

  /**
   * @param round rounds done
   * @param took how long the evaluation took
   */
  static Mistaken of(int round, Duration took, Evaluator.Result result) {
    return new Mistaken(
        round,
        took,
        classes(result.evaluation()),
        pairs(result),
        result.mistakes().surest().stream().map(mistake -> named(mistake, result)).toList());
  }

  /** The worst ones; of equals the first. */
  private static List<Mistaken.OfClass> classes(Evaluation evaluation) {
    return evaluation.classes().stream()
        .filter(each -> each.examples() > 0)
        .sorted(Comparator.comparingDouble(Evaluation.OfClass::top1))
        .limit(Mistaken.MOST_CLASSES)
        .map(each -> new Mistaken.OfClass(each.name(), each.examples(), each.top1()))
        .toList();
  }

  private static List<Mistaken.Pair> pairs(Evaluator.Result result) {
    List<Evaluation.OfClass> classes = result.evaluation().classes();
    List<Mistaken.Pair> pairs = new ArrayList<>();
    Confusion confusion = result.confusion();
    confusion.forEach(
        (pair, count) -> {
          if (pair.label() != pair.predicted()) {
            Evaluation.OfClass actual = classes.get(pair.label());
            String predicted = classes.get(pair.predicted()).name();
            pairs.add(new Mistaken.Pair(actual.name(), predicted, count, actual.examples()));
          }
        });
    pairs.sort(Comparator.comparingLong(Mistaken.Pair::count).reversed());
    return pairs.subList(0, Math.min(Mistaken.MOST_PAIRS, pairs.size()));
  }

  private static Mistaken.Mistake named(Mistakes.Mistake mistake, Evaluator.Result result) {
    List<Evaluation.OfClass> classes = result.evaluation().classes();
    return new Mistaken.Mistake(
        mistake.key(),
        mistake.shard(),
        mistake.position(),
        classes.get(mistake.label()).name(),
        classes.get(mistake.predicted()).name(),
        mistake.probability());
  }
}
