package org.googlenet.model;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.LocalResponseNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * DL4J's layer of {@link Lrn}, with the gradient that is the slope of its result.
 *
 * <p>With {@code s = k + alpha * sum} and {@code y = x * s^-beta}, a result's gradient e gives its
 * inputs {@code e * s^-beta - 2 alpha beta x * sum(e * x * s^(-beta - 1))}. DL4J's own layer
 * divides the sum by the s of the middle channel, where each neighbour has its own.
 */
final class LrnLayer extends LocalResponseNormalization {

  private static final long serialVersionUID = 1L;

  LrnLayer(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  /**
   * The gradient of the input.
   *
   * @param gradient of the result, {@code [n, c, h, w]}
   */
  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray gradient, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    double alpha = layerConf().getAlpha();
    double beta = layerConf().getBeta();
    INDArray x = input.castTo(dataType);
    INDArray scale = windowSums(x.mul(x)).muli(alpha).addi(layerConf().getK());
    INDArray power = Transforms.pow(scale, -beta, true);
    INDArray crossed = windowSums(gradient.mul(x).muli(power).divi(scale));
    INDArray result =
        gradient.mul(power).subi(crossed.muli(x).muli(2 * alpha * beta)).castTo(dataType);
    return new Pair<>(
        new DefaultGradient(), workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, result));
  }

  /** The sum over each channel and its neighbours. */
  private INDArray windowSums(INDArray maps) {
    INDArray sums = maps.dup();
    long channels = maps.size(1);
    int half = (int) layerConf().getN() / 2;
    for (int apart = 1; apart <= half && apart < channels; apart++) {
      add(sums, 0, maps, apart, channels - apart);
      add(sums, apart, maps, 0, channels - apart);
    }
    return sums;
  }

  private static void add(INDArray sums, long to, INDArray maps, long from, long channels) {
    sums.get(all(), interval(to, to + channels), all(), all())
        .addi(maps.get(all(), interval(from, from + channels), all(), all()));
  }
}
