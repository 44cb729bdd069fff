package org.googlenet.model;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Local response normalisation across channels by Caffe's formula: {@code x / (1 + alpha / n *
 * sum)^beta}, where the sum is of the squares of n neighbouring channels, itself in the middle.
 *
 * <p>DL4J's formula lacks the {@code / n}, so this layer's alpha is a fifth of Caffe's 1e-4. It is
 * a class of its own since DL4J's computes another gradient than the slope of its own result
 * ({@link LrnLayer}).
 */
public final class Lrn extends LocalResponseNormalization {

  private static final long serialVersionUID = 1L;

  /** As in {@code bvlc_googlenet}: 5 channels, alpha 1e-4, beta 0.75. */
  public Lrn() {
    setN(5);
    setAlpha(1e-4 / 5);
    setBeta(0.75);
    setK(1);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    LrnLayer layer = new LrnLayer(configuration, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initialise));
    layer.setConf(configuration);
    return layer;
  }

  @Override
  public Lrn clone() {
    return (Lrn) super.clone();
  }
}
