package org.googlenet.model;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Clips the gradient of a whole network by its global L2 norm, as a listener of DL4J's training.
 *
 * <p>DL4J clips by layer or by element only. It calls {@link #onGradientCalculation} when the flat
 * gradient holds the sum over the batch, and only afterwards divides by the batch, adds the decay
 * and runs the updater; so the norm that is compared is {@code ||sum|| / batch}, without decay.
 *
 * <p>Add it to a network by {@code network.addListeners(new GlobalNormClipping(5))}.
 */
public final class GlobalNormClipping extends BaseTrainingListener {

  private final double norm;

  /**
   * @param norm largest L2 norm of the mean gradient
   * @throws ModelProblem if it is not a positive number
   */
  public GlobalNormClipping(double norm) {
    if (!(norm > 0 && norm <= Double.MAX_VALUE)) {
      throw new ModelProblem("optimizer.clipNorm: " + norm + ": must be a number above 0");
    }
    this.norm = norm;
  }

  @Override
  public void onGradientCalculation(Model model) {
    clip(model.getGradientsViewArray(), model.batchSize());
  }

  /**
   * Scales a gradient in place so that its mean has at most the norm.
   *
   * @param sum gradient summed over the batch, flat
   * @param batch number of examples
   */
  public void clip(INDArray sum, int batch) {
    double mean = sum.norm2Number().doubleValue() / batch;
    if (mean > norm) {
      sum.muli(norm / mean);
    }
  }
}
