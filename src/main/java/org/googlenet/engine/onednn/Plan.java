package org.googlenet.engine.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.googlenet.common.Lifetime;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network compiled for one batch size: lists of oneDNN calls that are created once and replayed
 * in each step, over one block of memory.
 *
 * <p>A plan is used by one thread at a time, with the number of OpenMP threads that it was compiled
 * with. Every method that reads or writes its memory or that of the network's flat vectors throws
 * an IllegalStateException once it is closed, while another thread uses it, or once the network is
 * closed. A plan that is forgotten unclosed is freed when the collector finds that.
 */
public final class Plan implements AutoCloseable {

  /**
   * What decides how a network is compiled.
   *
   * @param batch examples of a step or pass, at least 1; a smaller batch is padded
   * @param inputs shapes of an example of each input of the network, in their order: channels,
   *     height and width, or the number of values of a vector, each at least 1
   * @param bf16 whether activations and the kernels' copies of the weights are bf16
   * @param winograd whether 3x3 convolutions may use Winograd's algorithm (fp32 only)
   */
  public record Options(int batch, List<List<Long>> inputs, boolean bf16, boolean winograd) {

    /**
     * @throws IllegalArgumentException if a number is too small, or a batch has more than 2^31 - 1
     *     values
     */
    public Options {
      inputs = inputs.stream().map(List::copyOf).toList();
      if (batch < 1) {
        throw new IllegalArgumentException("batch: " + batch + ": must be at least 1");
      }
      for (List<Long> shape : inputs) {
        InputShapes.require(batch, shape);
      }
    }

    /** The same for another number of examples. */
    public Options withBatch(int examples) {
      return new Options(examples, inputs, bf16, winograd);
    }
  }

  private final int batch;
  private final Program program;
  private final FlatMemory vectors;
  private final ActivationMemory memory;
  private final BoundCalls weights;
  private final BoundCalls forward;
  private final BoundCalls backward;
  private final List<FloatBuffer> ratios;

  /** By the network's inputs; null for one that is not needed. */
  private final List<FloatBuffer> inputs = new ArrayList<>();

  /** Where the time of each operation is noted; null if it is not. */
  private List<Timing> timings;

  private final Lifetime lifetime;

  private Plan(
      Network network,
      Primitives primitives,
      Program program,
      ActivationMemory memory,
      int batch,
      FlatMemory vectors) {
    this.batch = batch;
    this.program = program;
    this.vectors = vectors;
    this.memory = memory;
    this.weights = BoundCalls.of(program.weights, primitives, memory);
    this.forward = BoundCalls.of(program.forward, primitives, memory);
    this.backward = BoundCalls.of(program.backward, primitives, memory);
    this.ratios = program.ratios.stream().map(memory::floats).toList();
    for (Program.Constant constant : program.constants) {
      memory.floats(constant.tensor()).put(0, constant.values());
    }
    for (Network.Input input : network.inputs()) {
      Tensor given = program.inputs.get(input.name());
      inputs.add(given == null ? null : memory.floats(given));
    }
    this.lifetime = new Lifetime(this, "plan", freeing(primitives, memory));
  }

  /**
   * Compiles a training step.
   *
   * @param parameters the network's flat parameters, fp32
   * @param gradients as many values for the flat gradient, summed over the batch
   * @throws UnsupportedNetwork if the library does not have code for a part of it
   * @throws PlanTooLarge if the system does not have the memory
   * @throws IllegalArgumentException if a vector is not of fp32, a view, or too short
   * @throws IllegalStateException if a vector is closed
   */
  public static Plan forTraining(
      Network network, Options options, INDArray parameters, INDArray gradients) {
    return forTraining(network, options, List.of(), parameters, gradients);
  }

  /**
   * Compiles a training step that also keeps the results of some nodes.
   *
   * @param kept names of nodes that the outputs need
   * @throws IllegalArgumentException if the outputs do not need a node, or as {@link #forTraining}
   */
  public static Plan forTraining(
      Network network,
      Options options,
      List<String> kept,
      INDArray parameters,
      INDArray gradients) {
    return compile(
        network,
        options,
        network.outputs().size(),
        kept,
        FlatMemory.forTraining(parameters, gradients));
  }

  /**
   * Compiles a forward pass without dropout.
   *
   * @param heads how many of the outputs to compute, from the first on
   * @param parameters the network's flat parameters, fp32, read by {@link #readWeights}
   * @throws IllegalArgumentException if there are not so many outputs, or as {@link #forTraining}
   */
  public static Plan forInference(
      Network network, Options options, int heads, INDArray parameters) {
    return forInference(network, options, heads, List.of(), parameters);
  }

  /**
   * Compiles a forward pass that also keeps the results of some vertices.
   *
   * @param kept names of vertices that the heads need
   * @throws IllegalArgumentException if there are not so many outputs, the heads do not need a
   *     vertex, or as {@link #forTraining}
   */
  public static Plan forInference(
      Network network, Options options, int heads, List<String> kept, INDArray parameters) {
    if (heads < 1 || heads > network.outputs().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "heads: %d: the network has the outputs %s", heads, network.heads()));
    }
    return compile(network, options, heads, kept, FlatMemory.forInference(parameters));
  }

  private static Plan compile(
      Network network, Options options, int heads, List<String> kept, FlatMemory vectors) {
    Primitives primitives = new Primitives();
    ActivationMemory memory = null;
    try {
      Program program =
          PlanCompiler.compile(
              network,
              new PlanCompiler.Options(
                  InputShapes.ofBatch(options, network),
                  options.bf16 ? ValueType.BF16 : ValueType.F32,
                  options.winograd,
                  vectors.gradients().isPresent(),
                  heads,
                  kept),
              primitives,
              vectors.parameters(),
              vectors.gradients().orElse(null));
      memory = new ActivationMemory(MemoryLayout.layOut(program));
      return new Plan(network, primitives, program, memory, options.batch, vectors);
    } catch (RuntimeException | Error e) {
      freeing(primitives, memory).run();
      throw e;
    }
  }

  private static Runnable freeing(Primitives primitives, ActivationMemory memory) {
    return () -> {
      primitives.close();
      if (memory != null) {
        memory.free();
      }
    };
  }

  /** Begins a use of the plan's memory and the network's. */
  private Lifetime.Use use() {
    Lifetime.Use use = lifetime.use();
    try {
      vectors.requireOpen();
      return use;
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /** Bytes outside the Java heap for activations, gradients and weights in kernels' layouts. */
  public long bytes() {
    return memory.bytes();
  }

  /** Shape of an output's logits, {@code [batch, classes]} or {@code [batch, c, h, w]}. */
  public long[] logits(int head) {
    return program.heads.get(head).logits().layout().shape().clone();
  }

  /** Number of logits of an example. */
  public int classes(int head) {
    return (int) (program.heads.get(head).logits().layout().bytes() / Float.BYTES / batch);
  }

  public int heads() {
    return program.heads.size();
  }

  /** Number of dropouts. */
  public int masks() {
    return program.masks.size();
  }

  /** Number of values of a dropout, over the whole batch in the order n, c, h, w. */
  public int maskValues(int mask) {
    return (int) program.masks.get(mask).values();
  }

  /** A dropout's probability to keep a value. */
  public double keep(int mask) {
    return program.masks.get(mask).keep();
  }

  /**
   * Sets the factors of a dropout for the next step.
   *
   * @param factors as many as {@link #maskValues} says
   */
  public void setMask(int mask, float[] factors) {
    requireLength("factors of dropout " + mask, maskValues(mask), factors);
    try (Lifetime.Use use = use()) {
      memory.floats(program.masks.get(mask).factors()).put(0, factors);
    }
  }

  /**
   * Sets the images of the next step or pass; if they are fewer than the batch, the rest is 0.
   *
   * @param images {@code [n, c, h, w]}
   * @param from the first of them
   * @param to one after the last
   * @throws IllegalArgumentException if there are none, more than the batch, or not so many
   */
  public void setImages(float[] images, int from, int to) {
    setInput(0, FloatBuffer.wrap(images), from, to);
  }

  /**
   * Sets what an input is given in the next step or pass; if these are fewer examples than the
   * batch, the rest is 0.
   *
   * @param number of the input in the network
   * @param examples {@code [n, ...]} from position 0 on
   * @param from the first of them
   * @param to one after the last
   * @throws IllegalArgumentException if there are none, more than the batch, or not so many
   */
  public void setInput(int number, FloatBuffer examples, int from, int to) {
    FloatBuffer input = inputs.get(number);
    if (input == null) {
      return;
    }
    int values = input.capacity() / batch;
    if (from < 0 || to <= from || to - from > batch || (long) to * values > examples.capacity()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "input %d: examples %d to %d of %d values: a pass takes 1 to %d of %d values each",
              number,
              from,
              to,
              examples.capacity(),
              batch,
              values));
    }
    try (Lifetime.Use use = use()) {
      input.put(0, examples, from * values, (to - from) * values);
      for (int i = (to - from) * values; i < input.capacity(); i++) {
        input.put(i, 0);
      }
    }
  }

  /**
   * Prepares the parameters for the kernels of a forward pass; a training step does this itself.
   */
  public void readWeights() {
    try (Lifetime.Use use = use()) {
      program.folded.forEach(filters -> filters.compute(memory));
      run(weights, Pass.WEIGHTS);
    }
  }

  /** Computes the logits from the images. */
  public void forward() {
    try (Lifetime.Use use = use()) {
      run(forward, Pass.FORWARD);
    }
  }

  /** Computes the flat gradient from the gradients of the logits. */
  public void backward() {
    try (Lifetime.Use use = use()) {
      run(backward, Pass.BACKWARD);
      ratios.forEach(Plan::toHalfLogarithm);
    }
  }

  private static void toHalfLogarithm(FloatBuffer ratios) {
    for (int i = 0; i < ratios.capacity(); i++) {
      ratios.put(i, (float) (Math.log10(ratios.get(i)) / 2));
    }
  }

  /** Copies an output's logits, which are in the order n, c, h, w. */
  public void readLogits(int head, float[] into) {
    requireLength("logits of output " + head, batch * classes(head), into);
    try (Lifetime.Use use = use()) {
      memory.floats(program.heads.get(head).logits()).get(0, into);
    }
  }

  /**
   * Sets the gradient of an output's logits.
   *
   * @throws IllegalStateException if the plan does not train
   */
  public void setLogitsGradient(int head, float[] gradient) {
    requireLength("gradients of output " + head, batch * classes(head), gradient);
    Tensor tensor = program.heads.get(head).gradient();
    if (tensor == null) {
      throw new IllegalStateException("the plan has no backward pass: compile it for training");
    }
    try (Lifetime.Use use = use()) {
      memory.floats(tensor).put(0, gradient);
    }
  }

  private static void requireLength(String what, int wanted, float[] values) {
    if (values.length != wanted) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d %s: there are %d", values.length, what, wanted));
    }
  }

  /** Examples of a step or pass. */
  public int batch() {
    return batch;
  }

  /** Shape of the result of a kept node, {@code [batch, ...]}. */
  public long[] keptShape(String node) {
    return kept(program, node).layout().shape();
  }

  /**
   * The result of a kept node, {@code [batch, ...]} in the order n, c, h, w.
   *
   * @throws IllegalArgumentException if the plan does not keep it
   */
  public float[] kept(String node) {
    Tensor tensor = kept(program, node);
    try (Lifetime.Use use = use()) {
      FloatBuffer from = memory.floats(tensor);
      float[] values = new float[from.capacity()];
      from.get(0, values);
      return values;
    }
  }

  private static Tensor kept(Program program, String node) {
    Tensor tensor = program.kept.get(node);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "node %s: the plan keeps %s".formatted(node, program.kept.keySet()));
    }
    return tensor;
  }

  /** What an operation is for. */
  public enum Pass {
    /** Parameters that have changed become what a forward pass alone reads. */
    WEIGHTS,
    FORWARD,
    BACKWARD
  }

  /**
   * How long one operation took.
   *
   * @param node name of the node that it is a part of
   * @param kind what it does
   * @param implementation the library's name for the code that does it
   * @param result name of what it writes
   */
  public record Timing(
      Pass pass, String node, String kind, String implementation, String result, double seconds) {}

  /** Runs a whole step or pass once, on whatever values are there, and times each operation. */
  public List<Timing> profile() {
    return timed(
        () -> {
          run(weights, Pass.WEIGHTS);
          run(forward, Pass.FORWARD);
          run(backward, Pass.BACKWARD);
        });
  }

  /**
   * Times each operation that some work runs.
   *
   * @param work with this plan, in this thread; its results are the same
   */
  public List<Timing> timed(Runnable work) {
    Objects.requireNonNull(work, "work");
    List<Timing> noted = new ArrayList<>();
    try (Lifetime.Use use = use()) {
      timings = noted;
      work.run();
    } finally {
      timings = null;
    }
    return noted;
  }

  /** Frees primitives and memory; a second call does nothing. */
  @Override
  public void close() {
    lifetime.end();
  }

  private void run(BoundCalls calls, Pass pass) {
    if (timings == null) {
      calls.run();
    } else {
      timings.addAll(calls.profile(pass));
    }
  }
}
