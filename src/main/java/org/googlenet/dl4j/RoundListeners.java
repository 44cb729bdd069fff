package org.googlenet.dl4j;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.averaging.TrainingState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells DL4J's listeners of rounds as {@code fit} tells them of its iterations: of each one, by its
 * number, with its score and number of examples.
 *
 * <p>The network that they are given is the driver's, after the round. Its gradient is, as after an
 * iteration of {@code fit}, what was subtracted from the parameters: here by the round.
 *
 * @param network the driver's
 */
record RoundListeners(ComputationGraph network, List<TrainingListener> listeners) {

  /** The call begins, which is an epoch for DL4J. */
  void epochStarts() {
    listeners.forEach(listener -> listener.onEpochStart(network));
  }

  /** The call has succeeded; the network's epoch count still is that of the epoch. */
  void epochEnds() {
    listeners.forEach(listener -> listener.onEpochEnd(network));
  }

  /**
   * A round is done, and the network has its state.
   *
   * @param before the state that the round started from
   * @param after the network's state
   */
  void roundDone(TrainingState before, TrainingState after, StepSums sums) {
    if (listeners.isEmpty()) {
      return;
    }
    network.setGradient(update(before.parameters(), after.parameters()));
    for (int step = 0; step < sums.steps(); step++) {
      network.setScore(sums.score(step));
      network.setInputs(inputs(sums.examples(step)));
      for (TrainingListener listener : listeners) {
        listener.iterationDone(network, before.step() + step, network.getEpochCount());
      }
    }
    network.clear();
  }

  private Gradient update(float[] before, float[] after) {
    if (network.getFlattenedGradients() == null) {
      network.initGradientsView();
    }
    float[] difference = before.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= after[i];
    }
    INDArray flat = network.getFlattenedGradients();
    NetworkState.write(difference, flat);
    Gradient update = new DefaultGradient(flat);
    network
        .paramTable()
        .forEach((name, parameter) -> update.setGradientFor(name, sameView(flat, parameter)));
    return update;
  }

  /** Where the values of a parameter lie in another flat vector. */
  private static INDArray sameView(INDArray flat, INDArray parameter) {
    return Nd4j.create(
        flat.data(),
        parameter.shape(),
        parameter.stride(),
        parameter.offset(),
        parameter.ordering());
  }

  /** Inputs of which no more is known here than how many examples they have. */
  private INDArray[] inputs(long examples) {
    INDArray[] inputs = new INDArray[network.getNumInputArrays()];
    Arrays.setAll(inputs, input -> Nd4j.create(DataType.FLOAT, examples, 0));
    return inputs;
  }
}
