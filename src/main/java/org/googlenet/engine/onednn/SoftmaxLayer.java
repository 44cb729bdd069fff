package org.googlenet.engine.onednn;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The softmax of a layer in front of the loss. To DL4J's losses it is no {@link ActivationSoftmax},
 * for which they have a shorter gradient that holds only if an example's labels add up to one.
 */
final class SoftmaxLayer extends BaseActivationFunction {

  private static final long serialVersionUID = 1L;
  private static final IActivation SOFTMAX = new ActivationSoftmax();

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return SOFTMAX.getActivation(in, training);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    return SOFTMAX.backprop(in, epsilon);
  }

  @Override
  public String toString() {
    return SOFTMAX.toString();
  }
}
