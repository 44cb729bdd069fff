package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.List;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;

/** The compiled forward pass of a DL4J network, for any number of examples. */
final class InferencePass implements AutoCloseable {

  /** Images per part of a forward pass in bf16; 8 were 1.1 times as fast as 32 on Zen 4. */
  private static final int CACHED_PART = 8;

  private final Plan plan;

  private InferencePass(Plan plan) {
    this.plan = plan;
  }

  /**
   * Compiles the forward pass of the first outputs.
   *
   * <p>In bf16 a pass is made in parts that fit the caches. Not so in fp32: Winograd's algorithm,
   * which bf16 does not have, needs many images at once.
   */
  static InferencePass compile(
      Dl4jNetwork trained, Network network, Plan.Options options, int heads) {
    int part = options.bf16() ? Math.min(CACHED_PART, options.batch()) : options.batch();
    return new InferencePass(
        Plan.forInference(network, options.withBatch(part), heads, trained.params()));
  }

  /** Takes over parameters that have changed. */
  void readWeights() {
    plan.readWeights();
  }

  /** Number of outputs. */
  int heads() {
    return plan.heads();
  }

  /** Shape of the logits of a number of examples. */
  long[] shape(int head, int examples) {
    long[] shape = plan.logits(head);
    shape[0] = examples;
    return shape;
  }

  /**
   * The logits of each output, example by example.
   *
   * @param inputs by the network's inputs, examples from position 0 on
   */
  float[][] logits(List<FloatBuffer> inputs, int examples) {
    float[][] logits = new float[plan.heads()][];
    for (int head = 0; head < logits.length; head++) {
      logits[head] = new float[examples * plan.classes(head)];
    }
    for (int from = 0; from < examples; from += plan.batch()) {
      int to = Math.min(from + plan.batch(), examples);
      for (int input = 0; input < inputs.size(); input++) {
        plan.setInput(input, inputs.get(input), from, to);
      }
      plan.forward();
      for (int head = 0; head < logits.length; head++) {
        int classes = plan.classes(head);
        float[] rows = new float[plan.batch() * classes];
        plan.readLogits(head, rows);
        System.arraycopy(rows, 0, logits[head], from * classes, (to - from) * classes);
      }
    }
    return logits;
  }

  @Override
  public void close() {
    plan.close();
  }
}
