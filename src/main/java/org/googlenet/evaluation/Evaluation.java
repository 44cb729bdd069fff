package org.googlenet.evaluation;

import java.util.List;
import java.util.Map;

/**
 * The result of evaluating a model on a data set.
 *
 * @param unread records that could not be used, and are not among the examples
 * @param top1 share of the examples whose class is the most probable one, 0 to 1
 * @param top5 share of the examples whose class is among the five most probable ones
 * @param loss mean cross entropy of each head in nats, not weighted, by the head's name
 * @param classes the same by class, in the order of the labels
 */
public record Evaluation(
    long examples,
    long unread,
    double top1,
    double top5,
    Map<String, Double> loss,
    List<OfClass> classes) {

  /** The result for the examples of one class. */
  public record OfClass(int label, String name, long examples, double top1, double top5) {}
}
