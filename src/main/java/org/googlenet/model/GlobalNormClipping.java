package org.googlenet.model;

import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.model.ParameterLayout.Range;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Clips the gradient of a whole network by its global L2 norm, as a listener of DL4J's training.
 *
 * <p>DL4J itself clips only by layer or by element. It calls {@link #onGradientCalculation} when
 * the flat gradient holds the sum over the batch, and only then divides by the batch, adds the
 * decay and runs the updater; so the norm that is compared is {@code ||sum|| / batch}, without
 * decay. The listener is serialisable, so that it can travel to the workers of a cluster.
 *
 * <p>Values in the flat gradient that are not trained, such as the running mean of a batch
 * normalisation, neither count nor are scaled.
 *
 * <p>Add it to a network by {@code network.addListeners(GlobalNormClipping.of(network, 5))}.
 */
public final class GlobalNormClipping extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double norm;

  /** What is trained, as ranges of the flat gradient; null if all of it is. */
  private final ArrayList<Range> trained;

  /**
   * For a network whose flat gradient is of trained parameters only.
   *
   * @param norm largest L2 norm of the mean gradient
   * @throws ModelProblem if it is not a positive number
   */
  public GlobalNormClipping(double norm) {
    this(norm, null);
  }

  private GlobalNormClipping(double norm, List<Range> trained) {
    if (!(norm > 0 && norm <= Double.MAX_VALUE)) {
      throw new ModelProblem("optimizer.clipNorm: " + norm + ": must be a number above 0");
    }
    this.norm = norm;
    this.trained = trained == null ? null : new ArrayList<>(trained);
  }

  /**
   * The clipping of a network.
   *
   * @param norm largest L2 norm of the mean gradient
   * @throws ModelProblem if it is not a positive number
   */
  public static GlobalNormClipping of(ComputationGraph network, double norm) {
    return new GlobalNormClipping(norm, ParameterLayout.of(network.getConfiguration()).trained());
  }

  /** The clipping that a network's {@link MomentumSgd} asks for, if any. */
  public static Optional<GlobalNormClipping> of(ComputationGraph network) {
    return of(network.getConfiguration());
  }

  /** The clipping that the {@link MomentumSgd} of a network of this configuration asks for. */
  public static Optional<GlobalNormClipping> of(ComputationGraphConfiguration configuration) {
    return configuration.getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
        .filter(BaseLayer.class::isInstance)
        .map(layer -> ((BaseLayer) layer).getIUpdater())
        .filter(MomentumSgd.class::isInstance)
        .map(updater -> ((MomentumSgd) updater).clipNorm())
        .filter(norm -> norm > 0)
        .findFirst()
        .map(norm -> new GlobalNormClipping(norm, ParameterLayout.of(configuration).trained()));
  }

  @Override
  public void onGradientCalculation(Model model) {
    clip(model.getGradientsViewArray(), model.batchSize());
  }

  /**
   * Scales a gradient in place so that its mean has at most the norm.
   *
   * @param sum gradient summed over the batch: fp32, flat, the whole of its buffer
   * @param batch number of examples
   */
  public void clip(INDArray sum, int batch) {
    FloatBuffer gradient = sum.data().asNioFloat();
    double factor = factor(norm(gradient), batch);
    if (factor < 1) {
      INDArray flat = sum.reshape(sum.length());
      for (Range range : ranges(gradient)) {
        flat.get(NDArrayIndex.interval(range.from(), range.to())).muli(factor);
      }
    }
  }

  /** The L2 norm of what is trained of a flat gradient. */
  public double norm(FloatBuffer gradient) {
    List<Range> ranges = ranges(gradient);
    if (ranges.size() == 1) {
      return norm(gradient, ranges.get(0));
    }
    return Math.sqrt(
        ranges.stream().mapToDouble(range -> Math.pow(norm(gradient, range), 2)).sum());
  }

  private List<Range> ranges(FloatBuffer gradient) {
    return trained == null ? List.of(new Range(0, gradient.limit())) : trained;
  }

  private static double norm(FloatBuffer gradient, Range range) {
    return GlobalNorm.of(gradient.slice(range.from(), range.length()));
  }

  /**
   * The factor to multiply a gradient by: below 1 if its mean is longer than the norm, else 1.
   *
   * @param normOfSum L2 norm of the gradient summed over the batch
   * @param batch number of examples
   */
  public double factor(double normOfSum, int batch) {
    double mean = normOfSum / batch;
    return mean > norm ? norm / mean : 1;
  }
}
