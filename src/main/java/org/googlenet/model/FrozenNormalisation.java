package org.googlenet.model;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A batch normalisation that stays as it is: in training, too, it normalises with its running mean
 * and variance, which do not move, and scale and shift are {@link Frozen}.
 *
 * <p>Its parameters are those of the {@code BatchNormalization} that it is made of, in the same
 * places. The gradient of its input is {@code scale / sqrt(variance + epsilon)} times that of its
 * result.
 */
public final class FrozenNormalisation extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  /** For DL4J, which reads it from JSON. */
  public FrozenNormalisation() {
    super.setUseLogStd(false);
  }

  /**
   * Keeps variances: DL4J's reading of JSON takes a network without values for one that keeps
   * logarithms.
   */
  @Override
  public void setUseLogStd(boolean ignored) {
    super.setUseLogStd(false);
  }

  /**
   * The frozen form of a layer.
   *
   * @param layer of maps {@code [n, c, h, w]} or vectors, that keeps variances, not their
   *     logarithms, and has scale and shift
   * @throws ModelProblem if it is of another form
   */
  public static FrozenNormalisation of(BatchNormalization layer) {
    if (layer.isLockGammaBeta()
        || layer.isUseLogStd()
        || layer.getCnn2DFormat() == CNN2DFormat.NHWC) {
      throw new ModelProblem(
          "layer %s: a batch normalisation with lockGammaBeta, useLogStd or NHWC cannot be frozen; build it without"
              .formatted(layer.getLayerName()));
    }
    FrozenNormalisation frozen = new FrozenNormalisation();
    frozen.setLayerName(layer.getLayerName());
    frozen.setNIn(layer.getNIn());
    frozen.setNOut(layer.getNOut());
    frozen.setEps(layer.getEps());
    frozen.setDecay(layer.getDecay());
    frozen.setCnn2DFormat(layer.getCnn2DFormat());
    frozen.setActivationFn(layer.getActivationFn());
    frozen.setWeightInitFn(layer.getWeightInitFn());
    frozen.setIUpdater(new Frozen());
    return frozen;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    Fixed layer = new Fixed(configuration, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initialise));
    layer.setConf(configuration);
    return layer;
  }

  /** DL4J's layer without its training mode. */
  private static final class Fixed
      extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {

    private static final long serialVersionUID = 1L;

    Fixed(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return super.activate(false, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray behind, LayerWorkspaceMgr workspaces) {
      INDArray variance = getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
      INDArray factor =
          getParam(BatchNormalizationParamInitializer.GAMMA)
              .div(Transforms.sqrt(variance.add(layerConf().getEps()), false));
      INDArray front =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, behind.dataType(), behind.shape(), behind.ordering());
      Broadcast.mul(behind, factor, front, 1);
      Gradient none = new DefaultGradient();
      gradientViews.forEach((parameter, view) -> none.setGradientFor(parameter, view.assign(0)));
      return new Pair<>(none, front);
    }
  }
}
