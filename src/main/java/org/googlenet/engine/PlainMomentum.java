package org.googlenet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.googlenet.model.Frozen;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Recognises a network that is trained by {@link MomentumSgd} with at most an L2 decay on each
 * parameter, and nothing else that DL4J can do to a gradient.
 *
 * @param updaters the different ones of its layers, which may have different learning rates
 * @param ranges how each range of the flat parameters is trained, in order and without gaps
 */
record PlainMomentum(List<MomentumSgd> updaters, List<Range> ranges) {

  /**
   * Parameters {@code [from, to)}.
   *
   * @param decay of them, null for none
   * @param momentum place of the first one's momentum in the updater's state; -1 if they are not
   *     trained, so that their gradient is subtracted as it is
   * @param updater its place among {@link #updaters}; -1 if they are not trained
   * @param frozen whether they stay as they are
   */
  record Range(
      int from, int to, L2Regularization decay, int momentum, int updater, boolean frozen) {

    boolean isTrained() {
      return momentum >= 0;
    }
  }

  /** The optimiser of an initialised network; empty if it is of another kind. */
  static Optional<PlainMomentum> of(ComputationGraph network) {
    if (!isPlain(network)) {
      return Optional.empty();
    }
    List<Parameter> parameters =
        ParameterLayout.of(network.getConfiguration()).entries().stream()
            .map(entry -> new Parameter(entry, network.getLayer(entry.vertex())))
            .toList();
    List<Optional<MomentumSgd>> updaters =
        parameters.stream().filter(Parameter::isTrained).map(Parameter::sgd).distinct().toList();
    if (updaters.isEmpty()
        || !updaters.stream().allMatch(Optional::isPresent)
        || !parameters.stream().allMatch(Parameter::isPlain)
        || !vectorsAreFlat(network)) {
      return Optional.empty();
    }
    List<MomentumSgd> all = updaters.stream().map(Optional::get).toList();
    return Optional.of(new PlainMomentum(all, ranges(parameters, all)));
  }

  private static List<Range> ranges(List<Parameter> parameters, List<MomentumSgd> updaters) {
    List<Range> ranges = new ArrayList<>();
    int trained = 0;
    for (Parameter parameter : parameters) {
      ranges.add(
          parameter.isTrained()
              ? parameter.range(trained, updaters.indexOf(parameter.sgd().orElseThrow()))
              : parameter.range(-1, -1));
      trained += parameter.isTrained() ? parameter.entry().length() : 0;
    }
    return ranges;
  }

  private static boolean isPlain(ComputationGraph network) {
    NeuralNetConfiguration configuration = network.conf();
    return configuration.isMiniBatch()
        && configuration.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
        && configuration.getStepFunction() == null
        && Arrays.stream(network.getLayers())
            .map(layer -> layer.conf().getLayer().getConstraints())
            .allMatch(constraints -> constraints == null || constraints.isEmpty());
  }

  /**
   * A parameter, and the layer that says how it is trained.
   *
   * @param layer null for a vertex that is not a layer
   */
  private record Parameter(Entry entry, Layer layer) {

    boolean isTrained() {
      return entry.trained();
    }

    /** The gradient of a frozen layer's parameters is 0. */
    private boolean isFrozen() {
      return layer instanceof FrozenLayer || Frozen.is(layer.conf().getLayer());
    }

    boolean isPlain() {
      TrainingConfig config = layer.getConfig();
      GradientNormalization normalization = config.getGradientNormalization();
      return (isTrained() == layer.updaterDivideByMinibatch(entry.parameter()) || isFrozen())
          && !config.isPretrainParam(entry.parameter())
          && (normalization == null || normalization == GradientNormalization.None)
          && (isFrozen() || regularization().size() <= (isTrained() ? 1 : 0))
          && regularization().stream().allMatch(kind -> kind.getClass() == L2Regularization.class);
    }

    /** Empty if it is another updater, or none. */
    Optional<MomentumSgd> sgd() {
      return layer != null
              && layer.getConfig().getUpdaterByParam(entry.parameter()) instanceof MomentumSgd sgd
          ? Optional.of(sgd)
          : Optional.empty();
    }

    private List<Regularization> regularization() {
      List<Regularization> all = layer.getConfig().getRegularizationByParam(entry.parameter());
      return all == null ? List.of() : all;
    }

    Range range(int momentum, int updater) {
      return new Range(
          entry.range().from(),
          entry.range().to(),
          regularization().stream().map(L2Regularization.class::cast).findFirst().orElse(null),
          momentum,
          updater,
          isFrozen());
    }
  }

  private static boolean vectorsAreFlat(ComputationGraph network) {
    long parameters = network.numParams();
    long trained =
        ParameterLayout.of(network.getConfiguration()).trained().stream()
            .mapToLong(ParameterLayout.Range::length)
            .sum();
    // The updater first: it creates the flat gradient if there is none yet.
    return isFlat(network.getUpdater(true).getStateViewArray(), trained)
        && isFlat(network.params(), parameters)
        && isFlat(network.getFlattenedGradients(), parameters);
  }

  private static boolean isFlat(INDArray vector, long length) {
    return vector.dataType() == DataType.FLOAT
        && vector.length() == length
        && vector.offset() == 0
        && vector.data().length() == length;
  }
}
