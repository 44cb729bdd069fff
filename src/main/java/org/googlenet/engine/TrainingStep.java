package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.googlenet.common.Span;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The compiled forward and backward pass of a DL4J network, into its own flat gradient. */
final class TrainingStep implements AutoCloseable {

  private final Plan plan;
  private final KeptResults kept;

  private TrainingStep(Plan plan, KeptResults kept) {
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
    KeptResults kept =
        keep ? KeptResults.of(trained.configuration(), network, options) : KeptResults.none();
    return new TrainingStep(
        Plan.forTraining(network, options, kept.names(), trained.params(), trained.gradients()),
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
    try (Span span = Span.of("forward")) {
      plan.forward();
    }
    double[] losses = new double[plan.heads()];
    for (int head = 0; head < losses.length; head++) {
      float[] logits = new float[plan.batch() * plan.classes(head)];
      plan.readLogits(head, logits);
      losses[head] = loss.lossAndGradient(head, logits);
      plan.setLogitsGradient(head, logits);
    }
    try (Span span = Span.of("backward")) {
      plan.backward();
    }
    return losses;
  }

  /** Whether the results of all vertices can be seen. */
  boolean keeps() {
    return !kept.nodes().isEmpty();
  }

  /** The last step's results by vertex, of the first examples of the batch. */
  Map<String, INDArray> activations(int examples) {
    return kept.read(plan, examples);
  }

  Plan plan() {
    return plan;
  }

  @Override
  public void close() {
    plan.close();
  }
}
