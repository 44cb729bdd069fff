package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.stepfunctions.NegativeGradientStepFunction;
import org.deeplearning4j.nn.conf.stepfunctions.StepFunction;
import org.nd4j.linalg.api.buffer.DataType;

/** Finds the ways of training a network, whatever its layers are, that a plan does not do. */
final class TrainingRules {

  private TrainingRules() {}

  /** What is refused, said of the outputs since it concerns the network as a whole. */
  static List<UnsupportedNetwork> refusals(ComputationGraphConfiguration configuration) {
    List<String> refused = new ArrayList<>();
    DataType type = configuration.getDataType();
    if (type != DataType.FLOAT) {
      refused.add("data type " + type);
    }
    if (configuration.getBackpropType() == BackpropType.TruncatedBPTT) {
      refused.add("truncated back-propagation through time");
    }
    NeuralNetConfiguration common = configuration.getDefaultConfiguration();
    if (common != null) {
      OptimizationAlgorithm algorithm = common.getOptimizationAlgo();
      if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
        refused.add("optimisation algorithm " + algorithm);
      }
      StepFunction step = common.getStepFunction();
      if (step != null && !(step instanceof NegativeGradientStepFunction)) {
        refused.add(step.getClass().getSimpleName());
      }
    }
    String name = String.join(", ", configuration.getNetworkOutputs());
    return refused.stream().map(what -> new UnsupportedNetwork(name, what)).toList();
  }
}
