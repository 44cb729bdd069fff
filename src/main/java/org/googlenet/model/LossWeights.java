package org.googlenet.model;

import java.io.Serializable;

/**
 * How much the loss of each head counts: the total loss is {@code main * L(main) + aux1 * L(aux1) +
 * aux2 * L(aux2)}.
 *
 * <p>The paper (Szegedy et al., "Going deeper with convolutions", 2014) takes 1, 0.3 and 0.3.
 */
public record LossWeights(double main, double aux1, double aux2) implements Serializable {

  /** The weights of the paper. */
  public static final LossWeights PAPER = new LossWeights(1.0, 0.3, 0.3);

  /**
   * @throws ModelProblem if a weight is negative or not a number
   */
  public LossWeights {
    check("main", main);
    check("aux1", aux1);
    check("aux2", aux2);
  }

  private static void check(String head, double weight) {
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new ModelProblem("loss." + head + ": " + weight + ": must be a number from 0 up");
    }
  }
}
