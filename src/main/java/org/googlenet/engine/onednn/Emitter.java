package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SCRATCHPAD;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Algorithm;
import org.googlenet.engine.onednn.kernel.BatchNormalisationKernels;
import org.googlenet.engine.onednn.kernel.ConvolutionKernels;
import org.googlenet.engine.onednn.kernel.CopyKernels;
import org.googlenet.engine.onednn.kernel.DeconvolutionKernels;
import org.googlenet.engine.onednn.kernel.DenseKernels;
import org.googlenet.engine.onednn.kernel.ElementwiseKernels;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.NormalisationKernels;
import org.googlenet.engine.onednn.kernel.PoolKernels;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.ResamplingKernels;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * Appends operations to a program, with a reorder wherever two kernels need different layouts.
 *
 * <p>Weights that change with each step are reordered for a kernel just before it runs: the copy is
 * short-lived, and still in the cache.
 */
final class Emitter {

  final Primitives primitives;
  final ConvolutionKernels convolutions;
  final DeconvolutionKernels deconvolutions;
  final PoolKernels pools;
  final NormalisationKernels normalisations;
  final BatchNormalisationKernels batchNormalisations;
  final DenseKernels dense;
  final ElementwiseKernels elementwise;
  final ResamplingKernels resamplings;
  final CopyKernels copies;
  final ValueType type;
  final boolean training;
  private final boolean winograd;
  private final Program program;
  private final List<Operation> operations;
  private String node = "";

  /**
   * @param operations of the program, to append to
   */
  Emitter(
      Primitives primitives,
      PlanCompiler.Options options,
      Program program,
      List<Operation> operations) {
    this.primitives = primitives;
    this.convolutions = new ConvolutionKernels(primitives);
    this.deconvolutions = new DeconvolutionKernels(primitives);
    this.pools = new PoolKernels(primitives);
    this.normalisations = new NormalisationKernels(primitives);
    this.batchNormalisations = new BatchNormalisationKernels(primitives);
    this.dense = new DenseKernels(primitives);
    this.elementwise = new ElementwiseKernels(primitives);
    this.resamplings = new ResamplingKernels(primitives);
    this.copies = new CopyKernels(primitives);
    this.type = options.type();
    this.training = options.training();
    this.winograd = options.winograd();
    this.program = program;
    this.operations = operations;
  }

  /** Says which node the operations belong to that are emitted from now on. */
  void begin(String name) {
    node = name;
  }

  /** Emits what belongs to another node than the one whose turn it is. */
  <T> T within(String name, Supplier<T> emission) {
    String before = node;
    node = name;
    try {
      return emission.get();
    } finally {
      node = before;
    }
  }

  /** Winograd's is possible for 3x3 with stride 1 in fp32; there the library's rule decides. */
  Algorithm algorithm(Window window) {
    return winograd && type == ValueType.F32 && window.isThreeByThree()
        ? Algorithm.AUTO
        : Algorithm.DIRECT;
  }

  /** A part of a flat vector. */
  static Tensor flat(Buffer vector, Layout layout, long firstValue) {
    return new Tensor(layout, vector, firstValue * Float.BYTES);
  }

  /**
   * Weights in a kernel's layout. In training they change with each step and are reordered each
   * time; otherwise they are reordered when they have changed, and kept.
   */
  Tensor weights(Kernel kernel, Tensor flat) {
    Layout layout = kernel.layout(WEIGHTS);
    if (layout.sameAs(flat.layout())) {
      return flat;
    }
    Tensor weights = tensor(kernel.kind() + " weights", layout);
    prepare(copies.reorder(flat.layout(), layout), Map.of(SOURCE, flat, DESTINATION, weights));
    return weights;
  }

  /**
   * Appends an operation on parameters alone. In training it runs in each step; otherwise it runs
   * when they have changed, and its result is kept.
   */
  void prepare(Kernel kernel, Map<Integer, Tensor> operands) {
    List<Operation> into = training ? operations : program.weights;
    into.add(operation(kernel, operands));
  }

  /** Gives a kernel that adds one its bias. */
  static void bias(
      Kernel kernel, Buffer vector, OptionalLong first, Map<Integer, Tensor> operands) {
    if (kernel.takes(BIAS)) {
      operands.put(BIAS, flat(vector, kernel.layout(BIAS), first.getAsLong()));
    }
  }

  /** A new buffer for a result. */
  Tensor tensor(String name, Layout layout) {
    return new Tensor(layout, Buffer.planned(name, layout.bytes()));
  }

  /**
   * A node's result in the layout that a kernel reads; reordered once for all kernels that need the
   * same layout.
   */
  Tensor source(Value x, Layout layout) {
    for (Tensor known : x.reordered) {
      if (known.layout().sameAs(layout)) {
        return known;
      }
    }
    Tensor result = to(x.tensor, layout);
    x.reordered.add(result);
    return result;
  }

  /** The same values in this layout; the tensor itself if it already has it. */
  Tensor to(Tensor from, Layout layout) {
    if (from.layout().sameAs(layout)) {
      return from;
    }
    Tensor result = tensor(from.buffer().name() + " reordered", layout);
    reorder(from, result);
    return result;
  }

  void reorder(Tensor from, Tensor to) {
    operations.add(reorderOf(from, to));
  }

  private Operation reorderOf(Tensor from, Tensor to) {
    Kernel kernel = copies.reorder(from.layout(), to.layout());
    return operation(kernel, Map.of(SOURCE, from, DESTINATION, to));
  }

  /** Appends a kernel's operation. */
  void add(Kernel kernel, Map<Integer, Tensor> operands) {
    operations.add(operation(kernel, operands));
  }

  private Operation operation(Kernel kernel, Map<Integer, Tensor> operands) {
    if (!kernel.takes(SCRATCHPAD)) {
      return new Operation(kernel, operands, node);
    }
    Map<Integer, Tensor> all = new HashMap<>(operands);
    all.put(SCRATCHPAD, tensor("scratchpad", kernel.layout(SCRATCHPAD)));
    return new Operation(kernel, all, node);
  }
}
