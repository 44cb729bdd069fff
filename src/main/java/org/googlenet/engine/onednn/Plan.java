package org.googlenet.engine.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.Call;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * A network compiled for one batch size: lists of oneDNN calls that are created once and replayed
 * in each step, over one block of memory.
 *
 * <p>A plan is used by one thread at a time, with the number of OpenMP threads that it was compiled
 * with.
 */
public final class Plan implements AutoCloseable {

  /**
   * What decides how a network is compiled.
   *
   * @param batch examples of a step or pass; a smaller batch is padded
   * @param inputs shapes of an example of each input of the network, in their order: channels,
   *     height and width, or the number of values of a vector
   * @param bf16 whether activations and the kernels' copies of the weights are bf16
   * @param winograd whether 3x3 convolutions may use Winograd's algorithm (fp32 only)
   */
  public record Options(int batch, List<List<Long>> inputs, boolean bf16, boolean winograd) {

    public Options {
      inputs = List.copyOf(inputs);
    }

    /** The shapes of a batch by the input's name. */
    private Map<String, long[]> shapes(Network network) {
      Map<String, long[]> shapes = new HashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        long[] shape =
            Stream.concat(Stream.of((long) batch), inputs.get(i).stream())
                .mapToLong(Long::longValue)
                .toArray();
        shapes.put(network.inputs().get(i).name(), shape);
      }
      return shapes;
    }
  }

  private final int batch;
  private final Primitives primitives;
  private final Program program;
  private final ActivationMemory memory;
  private final List<Step> weights;
  private final List<Step> forward;
  private final List<Step> backward;

  /** By the network's inputs; null for one that is not needed. */
  private final List<FloatBuffer> inputs = new ArrayList<>();

  private boolean closed;

  /** An operation and the call that runs it. */
  private record Step(Operation operation, Call call) {}

  private Plan(
      Network network, Primitives primitives, Program program, ActivationMemory memory, int batch) {
    this.batch = batch;
    this.primitives = primitives;
    this.program = program;
    this.memory = memory;
    this.weights = bind(program.weights);
    this.forward = bind(program.forward);
    this.backward = bind(program.backward);
    for (Network.Input input : network.inputs()) {
      Tensor given = program.inputs.get(input.name());
      inputs.add(given == null ? null : floats(given));
    }
  }

  /**
   * Compiles a training step.
   *
   * @param parameters address of the flat parameters, fp32
   * @param gradients address of as many values for the flat gradient, summed over the batch
   */
  public static Plan forTraining(
      Network network, Options options, long parameters, long gradients) {
    return forTraining(network, options, List.of(), parameters, gradients);
  }

  /**
   * Compiles a training step that also keeps the results of some nodes.
   *
   * @param kept names of nodes that the outputs need
   * @param parameters address of the flat parameters, fp32
   * @param gradients address of as many values for the flat gradient, summed over the batch
   */
  public static Plan forTraining(
      Network network, Options options, List<String> kept, long parameters, long gradients) {
    return compile(network, options, true, network.outputs().size(), kept, parameters, gradients);
  }

  /**
   * Compiles a forward pass without dropout.
   *
   * @param heads how many of the outputs to compute, from the first on
   * @param parameters address of the flat parameters, fp32, read by {@link #readWeights}
   */
  public static Plan forInference(Network network, Options options, int heads, long parameters) {
    return forInference(network, options, heads, List.of(), parameters);
  }

  /**
   * Compiles a forward pass that also keeps the results of some vertices.
   *
   * @param kept names of vertices that the heads need
   */
  public static Plan forInference(
      Network network, Options options, int heads, List<String> kept, long parameters) {
    return compile(network, options, false, heads, kept, parameters, 0);
  }

  private static Plan compile(
      Network network,
      Options options,
      boolean training,
      int heads,
      List<String> kept,
      long parameters,
      long gradients) {
    Primitives primitives = new Primitives();
    ActivationMemory memory = null;
    try {
      Program program =
          PlanCompiler.compile(
              network,
              new PlanCompiler.Options(
                  options.shapes(network),
                  options.bf16 ? ValueType.BF16 : ValueType.F32,
                  options.winograd,
                  training,
                  heads,
                  kept),
              primitives,
              Buffer.fixed("parameters", parameters),
              Buffer.fixed("gradients", gradients));
      memory = new ActivationMemory(layOut(program));
      return new Plan(network, primitives, program, memory, options.batch);
    } catch (RuntimeException | Error e) {
      primitives.close();
      if (memory != null) {
        memory.close();
      }
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

  /** Sets the factors of a dropout for the next step. */
  public void setMask(int mask, float[] factors) {
    floats(program.masks.get(mask).factors()).put(0, factors);
  }

  /**
   * Sets the images of the next step or pass; if they are fewer than the batch, the rest is 0.
   *
   * @param images {@code [n, c, h, w]}
   * @param from the first of them
   * @param to one after the last
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
   */
  public void setInput(int number, FloatBuffer examples, int from, int to) {
    FloatBuffer input = inputs.get(number);
    if (input == null) {
      return;
    }
    int values = input.capacity() / batch;
    input.put(0, examples, from * values, (to - from) * values);
    for (int i = (to - from) * values; i < input.capacity(); i++) {
      input.put(i, 0);
    }
  }

  /**
   * Reorders the parameters for the kernels of a forward pass; a training step does this itself.
   */
  public void readWeights() {
    run(weights);
  }

  /** Computes the logits from the images. */
  public void forward() {
    run(forward);
  }

  /** Computes the flat gradient from the gradients of the logits. */
  public void backward() {
    run(backward);
  }

  /** Copies an output's logits, which are in the order n, c, h, w. */
  public void readLogits(int head, float[] into) {
    floats(program.heads.get(head).logits()).get(0, into);
  }

  /** Sets the gradient of an output's logits. */
  public void setLogitsGradient(int head, float[] gradient) {
    floats(program.heads.get(head).gradient()).put(0, gradient);
  }

  /** Examples of a step or pass. */
  public int batch() {
    return batch;
  }

  /** Shape of the result of a kept node, {@code [batch, ...]}. */
  public long[] keptShape(String node) {
    return program.kept.get(node).layout().shape().clone();
  }

  /** The result of a kept node, {@code [batch, ...]} in the order n, c, h, w. */
  public float[] kept(String node) {
    FloatBuffer from = floats(program.kept.get(node));
    float[] values = new float[from.capacity()];
    from.get(0, values);
    return values;
  }

  /**
   * How long one operation took.
   *
   * @param kind what it does
   * @param implementation the library's name for the code that does it
   * @param result name of what it writes
   */
  public record Timing(String kind, String implementation, String result, double seconds) {}

  /** Runs a whole step or pass once and times each operation. */
  public List<Timing> profile() {
    List<Timing> timings = new ArrayList<>();
    for (List<Step> part : List.of(weights, forward, backward)) {
      for (Step step : part) {
        long start = System.nanoTime();
        step.call.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        timings.add(
            new Timing(
                step.operation.kernel().kind(),
                step.operation.kernel().implementation(),
                step.operation.result(),
                seconds));
      }
    }
    return timings;
  }

  /** Frees primitives and memory; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      primitives.close();
      memory.close();
    }
  }

  private static void run(List<Step> calls) {
    for (Step step : calls) {
      step.call.run();
    }
  }

  /** Finds the lifetime of each buffer and gives it a place; returns the bytes of all. */
  private static long layOut(Program program) {
    Set<Buffer> planned = new LinkedHashSet<>();
    int end = program.forward.size() + program.backward.size();
    int index = 0;
    for (Operation operation : program.weights) {
      use(operation, 0, planned);
      operation.operands().get(Arguments.DESTINATION).buffer().usedAt(end);
    }
    for (List<Operation> part : List.of(program.forward, program.backward)) {
      for (Operation operation : part) {
        use(operation, index++, planned);
      }
    }
    program.inputs.values().forEach(given -> use(given, 0, planned));
    for (Program.Mask mask : program.masks) {
      use(mask.factors(), 0, planned);
    }
    for (Tensor tensor : program.kept.values()) {
      use(tensor, end, planned);
    }
    // Between the passes the caller reads the logits and writes their gradients.
    int turn = program.forward.size();
    for (Program.Head head : program.heads) {
      use(head.logits(), turn, planned);
      if (head.gradient() != null) {
        use(head.gradient(), turn - 1, planned);
      }
    }
    return ActivationMemory.place(new ArrayList<>(planned));
  }

  private static void use(Operation operation, int index, Set<Buffer> planned) {
    for (Tensor tensor : operation.operands().values()) {
      use(tensor, index, planned);
    }
  }

  private static void use(Tensor tensor, int index, Set<Buffer> planned) {
    if (tensor.buffer().isPlanned()) {
      tensor.buffer().usedAt(index);
      planned.add(tensor.buffer());
    }
  }

  private List<Step> bind(Collection<Operation> operations) {
    List<Step> calls = new ArrayList<>();
    for (Operation operation : operations) {
      Map<Integer, Long> addresses = new HashMap<>();
      operation.operands().forEach((argument, tensor) -> addresses.put(argument, address(tensor)));
      calls.add(new Step(operation, primitives.bind(operation.kernel(), addresses)));
    }
    return calls;
  }

  private long address(Tensor tensor) {
    return tensor.buffer().address(memory.base()) + tensor.offset();
  }

  private FloatBuffer floats(Tensor tensor) {
    return new Floats(address(tensor), tensor.layout().bytes() / Float.BYTES).asBuffer();
  }

  /** fp32 values at an address. */
  private static final class Floats extends FloatPointer {
    Floats(long address, long values) {
      this.address = address;
      this.limit = values;
      this.capacity = values;
    }
  }
}
