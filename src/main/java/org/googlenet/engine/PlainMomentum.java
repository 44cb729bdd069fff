package org.googlenet.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.googlenet.model.MomentumSgd;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Recognises a network that is trained by one {@link MomentumSgd} with at most an L2 decay on each
 * parameter, and by nothing else that DL4J can do to a gradient.
 *
 * @param sgd the updater of every parameter
 * @param ranges what decays, without gaps in the order of the flat parameters
 */
record PlainMomentum(MomentumSgd sgd, List<Range> ranges) {

  /** Parameters {@code [from, to)} and their decay, null for none. */
  record Range(int from, int to, L2Regularization decay) {}

  /** The optimiser of an initialised network, or nothing if it is another kind. */
  static Optional<PlainMomentum> of(ComputationGraph network) {
    if (!isPlain(network)) {
      return Optional.empty();
    }
    List<ParamState> parameters =
        network.getUpdater(true).getUpdaterBlocks().stream()
            .map(UpdaterBlock::getLayersAndVariablesInBlock)
            .flatMap(List::stream)
            .toList();
    List<MomentumSgd> updaters = parameters.stream().map(PlainMomentum::sgd).distinct().toList();
    if (updaters.size() != 1
        || updaters.get(0) == null
        || !parameters.stream().allMatch(PlainMomentum::isPlain)
        || !vectorsAreFlat(network)) {
      return Optional.empty();
    }
    return Optional.of(
        new PlainMomentum(updaters.get(0), parameters.stream().map(PlainMomentum::range).toList()));
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

  private static boolean isPlain(ParamState parameter) {
    TrainingConfig layer = parameter.getLayer().getConfig();
    String name = parameter.getParamName();
    GradientNormalization normalization = layer.getGradientNormalization();
    List<Regularization> regularization = regularization(parameter);
    return parameter.getLayer().updaterDivideByMinibatch(name)
        && !layer.isPretrainParam(name)
        && (normalization == null || normalization == GradientNormalization.None)
        && regularization.size() <= 1
        && regularization.stream().allMatch(kind -> kind.getClass() == L2Regularization.class);
  }

  /** Null if it is another updater. */
  private static MomentumSgd sgd(ParamState parameter) {
    return parameter.getLayer().getConfig().getUpdaterByParam(parameter.getParamName())
            instanceof MomentumSgd sgd
        ? sgd
        : null;
  }

  private static List<Regularization> regularization(ParamState parameter) {
    List<Regularization> all =
        parameter.getLayer().getConfig().getRegularizationByParam(parameter.getParamName());
    return all == null ? List.of() : all;
  }

  private static boolean vectorsAreFlat(ComputationGraph network) {
    long parameters = network.numParams();
    return isFlat(network.params(), parameters)
        && isFlat(network.getFlattenedGradients(), parameters)
        && isFlat(network.getUpdater(true).getStateViewArray(), parameters);
  }

  private static boolean isFlat(INDArray vector, long length) {
    return vector.dataType() == DataType.FLOAT
        && vector.length() == length
        && vector.offset() == 0
        && vector.data().length() == length;
  }

  private static Range range(ParamState parameter) {
    return new Range(
        parameter.getParamOffsetStart(),
        parameter.getParamOffsetEnd(),
        regularization(parameter).stream()
            .map(L2Regularization.class::cast)
            .findFirst()
            .orElse(null));
  }
}
