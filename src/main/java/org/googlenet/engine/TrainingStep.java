package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.TopologicalOrder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The compiled forward and backward pass of a DL4J network, into its own flat gradient. */
final class TrainingStep implements AutoCloseable {

  private final Plan plan;

  /** The node of each vertex whose result is kept, in DL4J's order. */
  private final Map<String, String> kept;

  private TrainingStep(Plan plan, Map<String, String> kept) {
    this.plan = plan;
    this.kept = kept;
  }

  /**
   * Compiles a step.
   *
   * @param keep whether the results of all vertices are to be seen after a step
   */
  static TrainingStep compile(
      Dl4jNetwork trained, Network network, Plan.Options options, boolean keep) {
    Map<String, String> kept = keep ? inner(trained, network) : Map.of();
    return new TrainingStep(
        Plan.forTraining(
            network,
            options,
            new ArrayList<>(kept.values()),
            trained.params(),
            trained.gradients()),
        kept);
  }

  /** What becomes of an output's logits between the passes. */
  interface Losses {

    /**
     * Turns logits into the gradient of the summed loss with respect to them, in place.
     *
     * @param head number of the output
     * @param logits of the whole batch of the plan; the gradient of examples that do not count is 0
     * @return the loss
     */
    double lossAndGradient(int head, float[] logits);
  }

  /**
   * Both passes; the flat gradient becomes the sum over the examples.
   *
   * @param inputs by the network's inputs, examples from position 0 on
   * @param dropoutSeed alone decides what is dropped
   * @return the loss of each output
   */
  double[] gradient(List<FloatBuffer> inputs, int examples, long dropoutSeed, Losses loss) {
    for (int input = 0; input < inputs.size(); input++) {
      plan.setInput(input, inputs.get(input), 0, examples);
    }
    for (int mask = 0; mask < plan.masks(); mask++) {
      plan.setMask(
          mask, DropoutMask.factors(dropoutSeed, mask, plan.keep(mask), plan.maskValues(mask)));
    }
    plan.forward();
    double[] losses = new double[plan.heads()];
    for (int head = 0; head < losses.length; head++) {
      float[] logits = new float[plan.batch() * plan.classes(head)];
      plan.readLogits(head, logits);
      losses[head] = loss.lossAndGradient(head, logits);
      plan.setLogitsGradient(head, logits);
    }
    plan.backward();
    return losses;
  }

  /** Whether the results of all vertices can be seen. */
  boolean keeps() {
    return !kept.isEmpty();
  }

  /** Shape of the logits of a number of examples. */
  long[] shape(int head, int examples) {
    long[] shape = plan.logits(head);
    shape[0] = examples;
    return shape;
  }

  /** The last step's results by vertex, of the first examples of the batch. */
  Map<String, INDArray> activations(int examples) {
    Map<String, INDArray> activations = new LinkedHashMap<>();
    kept.forEach(
        (vertex, node) -> {
          long[] shape = plan.keptShape(node);
          shape[0] = examples;
          long values = 1;
          for (long length : shape) {
            values *= length;
          }
          float[] all = plan.kept(node);
          activations.put(vertex, Nd4j.create(Arrays.copyOf(all, (int) values), shape, 'c'));
        });
    return activations;
  }

  Plan plan() {
    return plan;
  }

  @Override
  public void close() {
    plan.close();
  }

  /** Every vertex but the outputs, whose results DL4J does not show either. */
  private static Map<String, String> inner(Dl4jNetwork trained, Network network) {
    Map<String, String> nodes = new LinkedHashMap<>();
    List<String> outputs = trained.configuration().getNetworkOutputs();
    for (String vertex : TopologicalOrder.of(trained.configuration())) {
      if (!outputs.contains(vertex) && network.isNeeded(vertex)) {
        nodes.put(vertex, network.results().get(vertex));
      }
    }
    return nodes;
  }
}
