package org.googlenet.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranks the classes of one example by probability; of equally probable classes the lower one comes
 * first.
 */
public final class TopK {

  /**
   * One ranked class.
   *
   * @param label the class, from 0
   */
  public record Guess(int label, float probability) {}

  private TopK() {}

  /**
   * How many classes come before the true one: 0 is a top-1 hit, 0 to 4 a top-5 hit. A probability
   * that is not a number is never a hit, however few classes there are: its rank is the largest
   * integer.
   *
   * @param probabilities of all examples, {@code [n * classes]}
   * @param example number of the example
   */
  static int rank(float[] probabilities, int classes, int example, int label) {
    int start = example * classes;
    float own = probabilities[start + label];
    if (Float.isNaN(own)) {
      return Integer.MAX_VALUE;
    }
    int before = 0;
    for (int other = 0; other < classes; other++) {
      float probability = probabilities[start + other];
      if (probability > own || (probability == own && other < label)) {
        before++;
      }
    }
    return before;
  }

  /**
   * The most probable class of an example, the one of rank 0; -1 if its probabilities are not
   * numbers.
   */
  static int first(float[] probabilities, int classes, int example) {
    int first = -1;
    for (int label = 0; label < classes; label++) {
      float probability = probabilities[example * classes + label];
      if (Float.isNaN(probability)) {
        return -1;
      }
      if (first < 0 || probability > probabilities[example * classes + first]) {
        first = label;
      }
    }
    return first;
  }

  /** The k most probable classes of an example, best first; all of them if there are fewer. */
  static List<Guess> best(float[] probabilities, int classes, int example, int k) {
    List<Guess> guesses = new ArrayList<>(classes);
    for (int label = 0; label < classes; label++) {
      guesses.add(new Guess(label, probabilities[example * classes + label]));
    }
    guesses.sort((a, b) -> Float.compare(b.probability(), a.probability()));
    return List.copyOf(guesses.subList(0, Math.min(k, classes)));
  }
}
