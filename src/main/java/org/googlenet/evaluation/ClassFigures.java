package org.googlenet.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The figures of one class.
 *
 * @param label from 0
 * @param top1Interval of the share of its examples that are top-1 hits, which is its recall
 * @param predicted how many examples were taken for it
 * @param precision share of those that are of it; null if there are none
 * @param recall share of its examples that were taken for it; null if there are none
 * @param f1 harmonic mean of the two; null if it has no examples and none were taken for it
 * @param mostConfusedWith the other class that its examples are most often taken for; null if none
 * @param timesConfused how often
 */
public record ClassFigures(
    int label,
    String name,
    long examples,
    long top1Hits,
    long top5Hits,
    double top1,
    Wilson top1Interval,
    double top5,
    Wilson top5Interval,
    long predicted,
    Double precision,
    Double recall,
    Double f1,
    String mostConfusedWith,
    long timesConfused) {

  /** The figures of all classes, in the order of the labels. */
  static List<ClassFigures> of(Evaluation evaluation, Confusion confusion) {
    List<ClassFigures> all = new ArrayList<>();
    long[] predictions = confusion.predictions();
    for (Evaluation.OfClass each : evaluation.classes()) {
      Optional<Confusion.Pair> confused = confusion.mostConfused(each.label());
      long hits = confusion.count(each.label(), each.label());
      long predicted = predictions[each.label()];
      long top5Hits = Math.round(each.top5() * each.examples());
      all.add(
          new ClassFigures(
              each.label(),
              each.name(),
              each.examples(),
              hits,
              top5Hits,
              each.top1(),
              Wilson.of(hits, each.examples()),
              each.top5(),
              Wilson.of(top5Hits, each.examples()),
              predicted,
              share(hits, predicted),
              share(hits, each.examples()),
              share(2 * hits, predicted + each.examples()),
              confused.map(pair -> evaluation.classes().get(pair.predicted()).name()).orElse(null),
              confused.map(pair -> confusion.count(pair.label(), pair.predicted())).orElse(0L)));
    }
    return all;
  }

  private static Double share(long hits, long of) {
    return of == 0 ? null : (double) hits / of;
  }
}
