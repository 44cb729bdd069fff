package org.googlenet.engine.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.BytePointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Algorithm;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.Call;
import org.googlenet.engine.onednn.kernel.ConvolutionKernels;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * The bare convolutions of a network, one after the other and each right after a run of its own:
 * the time of an engine that does nothing else and does it warm.
 *
 * <p>A training step is each convolution forward, its gradient by weights and, except where it
 * reads the images, its gradient by data. A forward pass is the convolutions that the first output
 * needs. All share one memory for each kind of argument, of random values.
 */
public final class ConvolutionLimits implements AutoCloseable {

  private static final List<Integer> ARGUMENTS =
      List.of(
          Arguments.SOURCE,
          Arguments.WEIGHTS,
          Arguments.BIAS,
          Arguments.DESTINATION,
          Arguments.SOURCE_GRADIENT,
          Arguments.DESTINATION_GRADIENT,
          Arguments.WEIGHTS_GRADIENT,
          Arguments.BIAS_GRADIENT,
          Arguments.SCRATCHPAD);
  private static final Set<Integer> IN_FP32 =
      Set.of(Arguments.BIAS, Arguments.WEIGHTS_GRADIENT, Arguments.BIAS_GRADIENT);
  private static final int ALIGNMENT = 64;
  private static final double SPREAD = 0.05;

  private final Primitives primitives = new Primitives();
  private final ConvolutionKernels convolutions = new ConvolutionKernels(primitives);
  private final ValueType type;
  private final Algorithm algorithm;
  private final Map<Integer, BytePointer> memory = new HashMap<>();
  private final List<Bare> training;
  private final List<Bare> forward;

  private record Wanted(String node, Kernel kernel) {}

  /** A convolution, with the name of its node and what it does. */
  private record Bare(String node, String kind, Call call) {

    /** Runs it, and then once more on the clock. */
    double seconds() {
      call.run();
      long start = System.nanoTime();
      call.run();
      return (System.nanoTime() - start) / 1e9;
    }

    double median(int times) {
      return DoubleStream.generate(this::seconds)
          .limit(times)
          .sorted()
          .skip(times / 2)
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * @param configuration a network with an {@code ImageInput}
   * @param auto whether the library chooses the algorithm, which may be Winograd's, or all are
   *     direct
   */
  public ConvolutionLimits(
      ComputationGraphConfiguration configuration, int batch, boolean bf16, boolean auto) {
    this(Network.of(configuration), batch, bf16, auto);
  }

  private ConvolutionLimits(Network network, int batch, boolean bf16, boolean auto) {
    this(
        network,
        new Plan.Options(
            batch, List.of(network.inputs().get(0).shape().orElseThrow()), bf16, auto));
  }

  /** Those of a network whose options say how large its images are. */
  public static ConvolutionLimits of(Network network, Plan.Options options) {
    return new ConvolutionLimits(network, options);
  }

  private ConvolutionLimits(Network network, Plan.Options options) {
    this.type = options.bf16() ? ValueType.BF16 : ValueType.F32;
    this.algorithm = options.winograd() ? Algorithm.AUTO : Algorithm.DIRECT;
    Set<Node> inference = new HashSet<>(network.nodesOf(1));
    List<Wanted> trainingKernels = new ArrayList<>();
    List<Wanted> forwardKernels = new ArrayList<>();
    Map<String, long[]> shapes = new HashMap<>();
    for (Node node : network.nodes()) {
      if (node instanceof InputNode) {
        shapes.put(node.name(), InputShapes.ofBatch(options, network).get(node.name()));
        continue;
      }
      long[] source = shapes.get(node.inputs().get(0));
      shapes.put(node.name(), result(node, source, shapes));
      if (node instanceof ConvolutionNode convolution) {
        Kernel kernel = forward(convolution, source);
        Wanted wanted = new Wanted(node.name(), kernel);
        trainingKernels.add(wanted);
        backward(convolution, source, kernel)
            .forEach(each -> trainingKernels.add(new Wanted(node.name(), each)));
        if (inference.contains(node)) {
          forwardKernels.add(wanted);
        }
      }
    }
    takeMemory(trainingKernels.stream().map(Wanted::kernel).toList());
    this.training = trainingKernels.stream().map(this::bind).toList();
    this.forward = forwardKernels.stream().map(this::bind).toList();
  }

  /** Seconds of all convolutions of a training step. */
  public double trainingSeconds() {
    return seconds(training);
  }

  /** Seconds of all convolutions of a forward pass. */
  public double forwardSeconds() {
    return seconds(forward);
  }

  /**
   * Seconds of each convolution of a training step, by its node and what it does.
   *
   * @param times how often each is run; the median counts
   */
  public Map<String, Map<String, Double>> secondsByNode(int times) {
    if (times < 1) {
      throw new IllegalArgumentException("times: " + times + ": must be at least 1");
    }
    Map<String, Map<String, Double>> byNode = new LinkedHashMap<>();
    for (Bare each : training) {
      byNode
          .computeIfAbsent(each.node, node -> new LinkedHashMap<>())
          .put(each.kind, each.median(times));
    }
    return byNode;
  }

  @Override
  public void close() {
    primitives.close();
    memory.values().forEach(BytePointer::close);
  }

  private static double seconds(List<Bare> calls) {
    return calls.stream().mapToDouble(Bare::seconds).sum();
  }

  private static long[] result(Node node, long[] source, Map<String, long[]> shapes) {
    if (node instanceof ConvolutionNode convolution) {
      return moved(convolution.window(), source, convolution.filters().shape()[0]);
    }
    if (node instanceof PoolNode pool) {
      return moved(pool.window(), source, source[1]);
    }
    if (node instanceof MergeNode merge) {
      long channels = merge.inputs().stream().mapToLong(input -> shapes.get(input)[1]).sum();
      return new long[] {source[0], channels, source[2], source[3]};
    }
    return source;
  }

  private static long[] moved(WindowRule rule, long[] source, long out) {
    Window window = rule.on(source[2], source[3]);
    return new long[] {source[0], out, window.out(source[2], 0), window.out(source[3], 1)};
  }

  private Kernel forward(ConvolutionNode node, long[] source) {
    return convolutions.convolution(shape(node, source), type, algorithm, Activation.IDENTITY);
  }

  private List<Kernel> backward(ConvolutionNode node, long[] source, Kernel forward) {
    ConvolutionShape shape = shape(node, source);
    Kernel weights = convolutions.convolutionBackwardWeights(shape, type, algorithm, forward);
    return source[1] == 3
        ? List.of(weights)
        : List.of(convolutions.convolutionBackwardData(shape, type, algorithm, forward), weights);
  }

  private static ConvolutionShape shape(ConvolutionNode node, long[] source) {
    Filters filters = node.filters();
    Window window = node.window().on(source[2], source[3]);
    return new ConvolutionShape(source, filters.shape(), filters.bias().isPresent(), window);
  }

  /** For each argument as much memory as the largest kernel needs. */
  private void takeMemory(List<Kernel> kernels) {
    Random random = new Random(1);
    for (int argument : ARGUMENTS) {
      long bytes =
          kernels.stream()
              .filter(kernel -> kernel.takes(argument))
              .mapToLong(kernel -> kernel.layout(argument).bytes())
              .max()
              .orElse(0);
      BytePointer block = new BytePointer(bytes + ALIGNMENT);
      fill(block.asByteBuffer(), typeOf(argument), random);
      memory.put(argument, block);
    }
  }

  private Bare bind(Wanted wanted) {
    Kernel kernel = wanted.kernel;
    Map<Integer, Long> addresses = new HashMap<>();
    for (int argument : ARGUMENTS) {
      if (kernel.takes(argument)) {
        long address = aligned(memory.get(argument).address());
        addresses.put(argument, address);
      }
    }
    return new Bare(wanted.node, kernel.kind(), primitives.bind(kernel, addresses));
  }

  private static long aligned(long address) {
    return (address + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Biases and all gradients by weights are fp32. */
  private ValueType typeOf(int argument) {
    return IN_FP32.contains(argument) ? ValueType.F32 : type;
  }

  /**
   * Neither zeros nor denormals, which would be faster or slower than a network's values; some
   * thousand random ones, again and again.
   */
  private static void fill(ByteBuffer block, ValueType type, Random random) {
    byte[] pattern = pattern(type, random);
    while (block.hasRemaining()) {
      block.put(pattern, 0, Math.min(pattern.length, block.remaining()));
    }
  }

  private static byte[] pattern(ValueType type, Random random) {
    ByteBuffer pattern = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
    while (pattern.hasRemaining()) {
      int bits = Float.floatToIntBits((float) (SPREAD * random.nextGaussian()));
      if (type == ValueType.BF16) {
        pattern.putShort((short) (bits >>> 16));
      } else {
        pattern.putInt(bits);
      }
    }
    return pattern.array();
  }
}
