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
  private final List<String> kept;

  private InferencePass(Plan plan, List<String> kept) {
    this.plan = plan;
    this.kept = kept;
  }

  /**
   * Compiles the forward pass of the first outputs.
   *
   * <p>In bf16 a pass is made in parts that fit the caches. Not so in fp32: Winograd's algorithm,
   * which bf16 does not have, needs many images at once.
   */
  static InferencePass compile(
      Dl4jNetwork trained, Network network, Plan.Options options, int heads) {
    return compile(trained, network, options, heads, List.of());
  }

  /**
   * The same with the results of some nodes.
   *
   * @param kept names of nodes that the outputs need
   */
  static InferencePass compile(
      Dl4jNetwork trained, Network network, Plan.Options options, int heads, List<String> kept) {
    int part = options.bf16() ? Math.min(CACHED_PART, options.batch()) : options.batch();
    return new InferencePass(
        Plan.forInference(network, options.withBatch(part), heads, kept, trained.params()), kept);
  }

  /** Takes over parameters that have changed. */
  void readWeights() {
    plan.readWeights();
  }

  /** Number of outputs. */
  int heads() {
    return plan.heads();
  }

  /** The nodes whose results it keeps. */
  List<String> kept() {
    return kept;
  }

  /** Shape of the logits of a number of examples. */
  long[] shape(int head, int examples) {
    long[] shape = plan.logits(head);
    shape[0] = examples;
    return shape;
  }

  /**
   * The logits of each output, and behind them the results of each kept node, example by example.
   *
   * @param inputs by the network's inputs, examples from position 0 on
   */
  float[][] logits(List<FloatBuffer> inputs, int examples) {
    float[][] results = new float[plan.heads() + kept.size()][];
    for (int from = 0; from < examples; from += plan.batch()) {
      int to = Math.min(from + plan.batch(), examples);
      for (int input = 0; input < inputs.size(); input++) {
        plan.setInput(input, inputs.get(input), from, to);
      }
      plan.forward();
      for (int i = 0; i < results.length; i++) {
        float[] rows = rows(i);
        int values = rows.length / plan.batch();
        if (results[i] == null) {
          results[i] = new float[examples * values];
        }
        System.arraycopy(rows, 0, results[i], from * values, (to - from) * values);
      }
    }
    return results;
  }

  /** Times each operation that some work with this pass runs. */
  List<Plan.Timing> timed(Runnable work) {
    return plan.timed(work);
  }

  /** What the last pass made of the plan's whole batch: an output's logits, or a kept node's. */
  private float[] rows(int result) {
    if (result >= plan.heads()) {
      return plan.kept(kept.get(result - plan.heads()));
    }
    float[] rows = new float[plan.batch() * plan.classes(result)];
    plan.readLogits(result, rows);
    return rows;
  }

  @Override
  public void close() {
    plan.close();
  }
}
