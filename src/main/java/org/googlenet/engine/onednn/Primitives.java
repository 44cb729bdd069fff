package org.googlenet.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.concat;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.lrn_backward;
import org.bytedeco.dnnl.lrn_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.dnnl.sum;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.googlenet.common.NativeFolder;

/**
 * Creates oneDNN's primitives; the only file that knows the binding, so that another version of
 * oneDNN can replace it.
 *
 * <p>A primitive is created in two steps, because the memory of a plan is laid out only when all
 * its primitives are known: a {@link Kernel} knows the layouts of its arguments, and {@link #bind}
 * gives each argument an address. Semantics, names and argument numbers are those of oneDNN 2.5
 * (https://oneapi-src.github.io/oneDNN/v2.5). Scratchpads are arguments like any other.
 *
 * <p>Everything created here is freed by {@link #close}. Every method that creates a layout or a
 * kernel throws {@link RefusedShape} if the library does not have code for the shape.
 */
final class Primitives implements AutoCloseable {

  static {
    NativeFolder.choose();
  }

  /** Numbers of a kernel's arguments. */
  static final int SOURCE = DNNL_ARG_SRC;

  static final int SOURCE_0 = DNNL_ARG_SRC_0;
  static final int SOURCE_1 = DNNL_ARG_SRC_1;
  static final int WEIGHTS = DNNL_ARG_WEIGHTS;
  static final int BIAS = DNNL_ARG_BIAS;
  static final int DESTINATION = DNNL_ARG_DST;
  static final int WORKSPACE = DNNL_ARG_WORKSPACE;
  static final int SCRATCHPAD = DNNL_ARG_SCRATCHPAD;
  static final int SOURCE_GRADIENT = DNNL_ARG_DIFF_SRC;
  static final int DESTINATION_GRADIENT = DNNL_ARG_DIFF_DST;
  static final int WEIGHTS_GRADIENT = DNNL_ARG_DIFF_WEIGHTS;
  static final int BIAS_GRADIENT = DNNL_ARG_DIFF_BIAS;

  /** Number of the i-th source of a kernel that takes a list of them. */
  static int source(int i) {
    return DNNL_ARG_MULTIPLE_SRC + i;
  }

  /** Type of a tensor's values. */
  enum ValueType {
    F32(memory.data_type.f32),
    BF16(memory.data_type.bf16);

    private final memory.data_type code;

    ValueType(memory.data_type code) {
      this.code = code;
    }
  }

  /** How a convolution or pooling window moves: rows, then columns. */
  record Window(long[] kernel, long[] stride, long[] pad) {

    /** The output's size along an axis, rounded down. */
    long out(long in, int axis) {
      return (in + 2 * pad[axis] - kernel[axis]) / stride[axis] + 1;
    }

    boolean isOneByOne() {
      return Arrays.stream(kernel).allMatch(k -> k == 1)
          && Arrays.stream(stride).allMatch(s -> s == 1)
          && Arrays.stream(pad).allMatch(p -> p == 0);
    }

    boolean isThreeByThree() {
      return Arrays.stream(kernel).allMatch(k -> k == 3)
          && Arrays.stream(stride).allMatch(s -> s == 1);
    }
  }

  /** Which algorithm a convolution uses. */
  enum Algorithm {
    DIRECT(algorithm.convolution_direct),
    WINOGRAD(algorithm.convolution_winograd),
    /** What the library's own rule chooses for the shape. */
    AUTO(algorithm.convolution_auto);

    private final algorithm code;

    Algorithm(algorithm code) {
      this.code = code;
    }
  }

  /** What a pool computes from its window. */
  enum Pooling {
    MAX(algorithm.pooling_max),
    AVERAGE(algorithm.pooling_avg_exclude_padding),
    AVERAGE_WITH_PADDING(algorithm.pooling_avg_include_padding);

    private final algorithm code;

    Pooling(algorithm code) {
      this.code = code;
    }
  }

  /** Local response normalisation across channels: {@code x / (k + alpha * sum)^beta}. */
  record Normalisation(long size, double alpha, double beta, double k) {}

  /** A tensor's shape, and how its values lie in memory. */
  static final class Layout {

    private final memory.desc form;
    private final long[] shape;

    private Layout(memory.desc form, long[] shape) {
      this.form = form;
      this.shape = shape.clone();
    }

    long bytes() {
      return form.get_size();
    }

    long[] shape() {
      return shape.clone();
    }

    boolean sameAs(Layout other) {
      return form.equals(other.form);
    }
  }

  /** A primitive without memory: what it does and how its arguments lie. */
  static final class Kernel {

    private final String kind;
    private final primitive_desc_base descriptor;
    private final primitive code;
    private final Map<Integer, Layout> layouts = new LinkedHashMap<>();

    private Kernel(String kind, primitive_desc_base descriptor, primitive code) {
      this.kind = kind;
      this.descriptor = descriptor;
      this.code = code;
    }

    /** What it does: {@code convolution}, {@code pool-back} ... */
    String kind() {
      return kind;
    }

    /** The library's name for the code that does it. */
    String implementation() {
      try (BytePointer name = descriptor.impl_info_str()) {
        return name.getString();
      }
    }

    boolean takes(int argument) {
      return layouts.containsKey(argument);
    }

    Layout layout(int argument) {
      return layouts.get(argument);
    }
  }

  /** A kernel with memory, which can be run any number of times. */
  static final class Call {

    private final primitive code;
    private final stream queue;
    private final IntMemoryMap arguments;

    private Call(primitive code, stream queue, IntMemoryMap arguments) {
      this.code = code;
      this.queue = queue;
      this.arguments = arguments;
    }

    void run() {
      code.execute(queue, arguments);
    }
  }

  /** An address outside the Java heap. */
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  private final Deque<Pointer> owned = new ArrayDeque<>();
  private final engine cpu = own(new engine(engine.kind.cpu, 0));
  private final stream queue = own(new stream(cpu));
  private final primitive_attr plainAttributes = attributes(null);

  /**
   * The library's name for the instruction set that it uses.
   *
   * @throws LinkageError if the library does not load
   */
  static String instructions() {
    String name = dnnl.get_effective_cpu_isa().intern().name();
    return name.startsWith("isa_") ? name.substring(4) : name;
  }

  // Layouts

  /** Values one after the other, the last dimension fastest. */
  Layout plain(ValueType type, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strided(type, shape, strides);
  }

  /** Values at the given strides. */
  Layout strided(ValueType type, long[] shape, long[] strides) {
    return new Layout(own(new memory.desc(shape, type.code, strides)), shape);
  }

  /** Any layout that the library chooses. */
  Layout any(ValueType type, long... shape) {
    return new Layout(own(new memory.desc(shape, type.code, memory.format_tag.any)), shape);
  }

  /** A part of a tensor, as it lies inside the whole. */
  Layout slice(Layout whole, long[] shape, long[] offsets) {
    return new Layout(made(() -> whole.form.submemory_desc(shape, offsets, false)), shape);
  }

  /** The same arrangement for values of another type. */
  Layout retyped(Layout layout, ValueType type) {
    memory.desc copy = own(new memory.desc(layout.form.data()));
    copy.data().data_type(type.code.value);
    return new Layout(copy, layout.shape);
  }

  // Kernels

  /**
   * A convolution with bias, forward; the same for training and inference, since oneDNN 2.5's own
   * kernels for inference are slower here.
   *
   * @param source {@code [n, in, h, w]}
   * @param out channels of the destination
   * @param relu whether ReLU is applied to the destination
   * @throws RefusedShape if the library does not have this algorithm for the shape
   */
  Kernel convolution(
      Layout source, long out, Window window, ValueType type, Algorithm algorithm, boolean relu) {
    Shapes s = new Shapes(source.shape, out, window);
    convolution_forward.desc wanted =
        made(
            () ->
                new convolution_forward.desc(
                    prop_kind.forward_training,
                    algorithm.code,
                    source.form,
                    any(type, s.weights()).form,
                    plain(ValueType.F32, out).form,
                    any(type, s.destination()).form,
                    window.stride,
                    window.pad,
                    window.pad));
    convolution_forward.primitive_desc pd =
        made(
            () ->
                new convolution_forward.primitive_desc(
                    wanted, relu ? attributes(relu()) : plainAttributes, cpu));
    Kernel kernel = kernel("convolution", pd, () -> new convolution_forward(pd));
    layout(kernel, SOURCE, pd.src_desc(), s.source());
    layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    layout(kernel, BIAS, pd.bias_desc(), out);
    layout(kernel, DESTINATION, pd.dst_desc(), s.destination());
    return kernel;
  }

  /** The gradient of a convolution's source, from that of its destination. */
  Kernel convolutionBackwardData(
      long[] source, long out, Window window, ValueType type, Algorithm algorithm, Kernel forward) {
    Shapes s = new Shapes(source, out, window);
    convolution_backward_data.desc wanted =
        made(
            () ->
                new convolution_backward_data.desc(
                    algorithm.code,
                    any(type, source).form,
                    any(type, s.weights()).form,
                    any(type, s.destination()).form,
                    window.stride,
                    window.pad,
                    window.pad));
    convolution_backward_data.primitive_desc pd =
        made(
            () ->
                new convolution_backward_data.primitive_desc(
                    wanted,
                    plainAttributes,
                    cpu,
                    (convolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel = kernel("convolution-back-data", pd, () -> new convolution_backward_data(pd));
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source);
    return kernel;
  }

  /**
   * The gradient of the source of a 1x1 convolution with stride 1, computed as a convolution with
   * transposed weights, which unlike oneDNN's backward primitive can add to its destination.
   *
   * @param destination {@code [n, out, h, w]}, the destination of the convolution whose gradient
   *     this is
   * @param in channels of that convolution's source
   * @param add whether the result is added to what is there
   */
  Kernel transposedConvolution(long[] destination, long in, ValueType type, boolean add) {
    long[] source = destination.clone();
    source[1] = in;
    long[] weights = {in, destination[1], 1, 1};
    long[] one = {1, 1};
    long[] zero = {0, 0};
    convolution_forward.desc wanted =
        made(
            () ->
                new convolution_forward.desc(
                    prop_kind.forward_training,
                    algorithm.convolution_direct,
                    any(type, destination).form,
                    any(type, weights).form,
                    any(type, source).form,
                    one,
                    zero,
                    zero));
    post_ops ops = own(new post_ops());
    ops.append_sum();
    convolution_forward.primitive_desc pd =
        made(
            () ->
                new convolution_forward.primitive_desc(
                    wanted, add ? attributes(ops) : plainAttributes, cpu));
    Kernel kernel = kernel("convolution-back-data", pd, () -> new convolution_forward(pd));
    layout(kernel, SOURCE, pd.src_desc(), destination);
    layout(kernel, WEIGHTS, pd.weights_desc(), weights);
    layout(kernel, DESTINATION, pd.dst_desc(), source);
    return kernel;
  }

  /** The gradients of a convolution's weights and bias, both in fp32. */
  Kernel convolutionBackwardWeights(
      Layout source, long out, Window window, ValueType type, Algorithm algorithm, Kernel forward) {
    Shapes s = new Shapes(source.shape, out, window);
    convolution_backward_weights.desc wanted =
        made(
            () ->
                new convolution_backward_weights.desc(
                    algorithm.code,
                    source.form,
                    any(ValueType.F32, s.weights()).form,
                    plain(ValueType.F32, out).form,
                    any(type, s.destination()).form,
                    window.stride,
                    window.pad,
                    window.pad));
    convolution_backward_weights.primitive_desc pd =
        made(
            () ->
                new convolution_backward_weights.primitive_desc(
                    wanted,
                    plainAttributes,
                    cpu,
                    (convolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        kernel("convolution-back-weights", pd, () -> new convolution_backward_weights(pd));
    layout(kernel, SOURCE, pd.src_desc(), s.source());
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), s.weights());
    layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), out);
    return kernel;
  }

  /** A pool, forward; in training a max pool keeps a workspace. */
  Kernel pool(Layout source, Window window, Pooling pooling, ValueType type, boolean training) {
    long[] destination = new Shapes(source.shape, source.shape[1], window).destination();
    long[] none = {0, 0};
    pooling_forward.desc wanted =
        made(
            () ->
                new pooling_forward.desc(
                    direction(training),
                    pooling.code,
                    source.form,
                    any(type, destination).form,
                    window.stride,
                    window.kernel,
                    window.pad,
                    window.pad));
    pooling_forward.primitive_desc pd =
        made(() -> new pooling_forward.primitive_desc(wanted, plainAttributes, cpu));
    Kernel kernel = kernel("pool", pd, () -> new pooling_forward(pd));
    layout(kernel, SOURCE, pd.src_desc(), source.shape);
    layout(kernel, DESTINATION, pd.dst_desc(), destination);
    workspace(kernel, pd.workspace_desc(), none);
    return kernel;
  }

  /** The gradient of a pool's source. */
  Kernel poolBackward(Layout source, Window window, Pooling pooling, Kernel forward) {
    Layout destination = forward.layout(DESTINATION);
    pooling_backward.desc wanted =
        made(
            () ->
                new pooling_backward.desc(
                    pooling.code,
                    source.form,
                    destination.form,
                    window.stride,
                    window.kernel,
                    window.pad,
                    window.pad));
    pooling_backward.primitive_desc pd =
        made(
            () ->
                new pooling_backward.primitive_desc(
                    wanted,
                    plainAttributes,
                    cpu,
                    (pooling_forward.primitive_desc) forward.descriptor));
    Kernel kernel = kernel("pool-back", pd, () -> new pooling_backward(pd));
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), destination.shape);
    layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    if (forward.takes(WORKSPACE)) {
      kernel.layouts.put(WORKSPACE, forward.layout(WORKSPACE));
    }
    return kernel;
  }

  /** Local response normalisation, forward. */
  Kernel normalisation(Layout source, Normalisation n, boolean training) {
    lrn_forward.desc wanted =
        made(
            () ->
                new lrn_forward.desc(
                    direction(training),
                    algorithm.lrn_across_channels,
                    source.form,
                    n.size,
                    (float) (n.alpha * n.size),
                    (float) n.beta,
                    (float) n.k));
    lrn_forward.primitive_desc pd =
        made(() -> new lrn_forward.primitive_desc(wanted, plainAttributes, cpu));
    Kernel kernel = kernel("lrn", pd, () -> new lrn_forward(pd));
    layout(kernel, SOURCE, pd.src_desc(), source.shape);
    layout(kernel, DESTINATION, pd.dst_desc(), source.shape);
    workspace(kernel, pd.workspace_desc(), source.shape);
    return kernel;
  }

  /** The gradient of a normalisation's source. */
  Kernel normalisationBackward(Layout source, Normalisation n, Kernel forward) {
    lrn_backward.desc wanted =
        made(
            () ->
                new lrn_backward.desc(
                    algorithm.lrn_across_channels,
                    source.form,
                    forward.layout(DESTINATION).form,
                    n.size,
                    (float) (n.alpha * n.size),
                    (float) n.beta,
                    (float) n.k));
    lrn_backward.primitive_desc pd =
        made(
            () ->
                new lrn_backward.primitive_desc(
                    wanted, plainAttributes, cpu, (lrn_forward.primitive_desc) forward.descriptor));
    Kernel kernel = kernel("lrn-back", pd, () -> new lrn_backward(pd));
    layout(kernel, SOURCE, source.form, source.shape);
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape);
    layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    if (forward.takes(WORKSPACE)) {
      kernel.layouts.put(WORKSPACE, forward.layout(WORKSPACE));
    }
    return kernel;
  }

  /**
   * A fully connected layer with bias, forward; weights are in plain order.
   *
   * @param source {@code [n, in]}
   * @param result type of the destination {@code [n, out]}
   */
  Kernel dense(
      Layout source, long out, ValueType type, ValueType result, boolean relu, boolean training) {
    inner_product_forward.desc wanted =
        made(
            () ->
                new inner_product_forward.desc(
                    direction(training),
                    source.form,
                    plain(type, out, source.shape[1]).form,
                    plain(ValueType.F32, out).form,
                    plain(result, source.shape[0], out).form));
    inner_product_forward.primitive_desc pd =
        made(
            () ->
                new inner_product_forward.primitive_desc(
                    wanted, relu ? attributes(relu()) : plainAttributes, cpu));
    Kernel kernel = kernel("dense", pd, () -> new inner_product_forward(pd));
    layout(kernel, SOURCE, pd.src_desc(), source.shape);
    layout(kernel, WEIGHTS, pd.weights_desc(), out, source.shape[1]);
    layout(kernel, BIAS, pd.bias_desc(), out);
    layout(kernel, DESTINATION, pd.dst_desc(), source.shape[0], out);
    return kernel;
  }

  /** The gradient of a fully connected layer's source. */
  Kernel denseBackwardData(Layout source, long out, ValueType type, Kernel forward) {
    inner_product_backward_data.desc wanted =
        made(
            () ->
                new inner_product_backward_data.desc(
                    source.form,
                    plain(type, out, source.shape[1]).form,
                    plain(type, source.shape[0], out).form));
    inner_product_backward_data.primitive_desc pd =
        made(
            () ->
                new inner_product_backward_data.primitive_desc(
                    wanted,
                    plainAttributes,
                    cpu,
                    (inner_product_forward.primitive_desc) forward.descriptor));
    Kernel kernel = kernel("dense-back-data", pd, () -> new inner_product_backward_data(pd));
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape[0], out);
    layout(kernel, WEIGHTS, pd.weights_desc(), out, source.shape[1]);
    layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    return kernel;
  }

  /** The gradients of a fully connected layer's weights and bias, both in fp32. */
  Kernel denseBackwardWeights(Layout source, long out, ValueType type, Kernel forward) {
    inner_product_backward_weights.desc wanted =
        made(
            () ->
                new inner_product_backward_weights.desc(
                    source.form,
                    plain(ValueType.F32, out, source.shape[1]).form,
                    plain(ValueType.F32, out).form,
                    plain(type, source.shape[0], out).form));
    inner_product_backward_weights.primitive_desc pd =
        made(
            () ->
                new inner_product_backward_weights.primitive_desc(
                    wanted,
                    plainAttributes,
                    cpu,
                    (inner_product_forward.primitive_desc) forward.descriptor));
    Kernel kernel = kernel("dense-back-weights", pd, () -> new inner_product_backward_weights(pd));
    layout(kernel, SOURCE, pd.src_desc(), source.shape);
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape[0], out);
    layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), out, source.shape[1]);
    layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), out);
    return kernel;
  }

  /**
   * The gradient in front of a ReLU, from that behind it and the ReLU's result; in place if both
   * have the same layout.
   */
  Kernel reluBackward(Layout result, Layout gradient) {
    eltwise_forward.desc forwardDesc =
        made(
            () ->
                new eltwise_forward.desc(
                    prop_kind.forward_training, algorithm.eltwise_relu, result.form, 0f, 0f));
    eltwise_forward.primitive_desc forward =
        made(() -> new eltwise_forward.primitive_desc(forwardDesc, cpu));
    eltwise_backward.desc wanted =
        made(
            () ->
                new eltwise_backward.desc(
                    algorithm.eltwise_relu_use_dst_for_bwd, gradient.form, result.form, 0f, 0f));
    eltwise_backward.primitive_desc pd =
        made(() -> new eltwise_backward.primitive_desc(wanted, plainAttributes, cpu, forward));
    Kernel kernel = kernel("relu-back", pd, () -> new eltwise_backward(pd));
    layout(kernel, DESTINATION, result.form, result.shape);
    layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), result.shape);
    layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), result.shape);
    return kernel;
  }

  /** Tensors concatenated along the channels. */
  Kernel concatenation(List<Layout> sources) {
    long[] shape = sources.get(0).shape();
    shape[1] = sources.stream().mapToLong(source -> source.shape[1]).sum();
    concat.primitive_desc pd =
        made(() -> new concat.primitive_desc(1, array(sources), cpu, plainAttributes));
    Kernel kernel = kernel("concatenation", pd, () -> new concat(pd));
    for (int i = 0; i < sources.size(); i++) {
      kernel.layouts.put(source(i), sources.get(i));
    }
    layout(kernel, DESTINATION, pd.dst_desc(), shape);
    return kernel;
  }

  /** The sum of tensors of one layout; its destination may be its first source. */
  Kernel sum(List<Layout> sources) {
    float[] scales = new float[sources.size()];
    Arrays.fill(scales, 1);
    Layout first = sources.get(0);
    sum.primitive_desc pd =
        made(
            () -> new sum.primitive_desc(first.form, scales, array(sources), cpu, plainAttributes));
    Kernel kernel = kernel("sum", pd, () -> new sum(pd));
    for (int i = 0; i < sources.size(); i++) {
      kernel.layouts.put(source(i), sources.get(i));
    }
    layout(kernel, DESTINATION, pd.dst_desc(), first.shape);
    return kernel;
  }

  /** The product of two tensors, value by value; its destination may be its first source. */
  Kernel product(Layout one, Layout other) {
    binary.desc wanted =
        made(() -> new binary.desc(algorithm.binary_mul, one.form, other.form, one.form));
    binary.primitive_desc pd = made(() -> new binary.primitive_desc(wanted, plainAttributes, cpu));
    Kernel kernel = kernel("product", pd, () -> new binary(pd));
    layout(kernel, SOURCE_0, one.form, one.shape);
    layout(kernel, SOURCE_1, other.form, other.shape);
    layout(kernel, DESTINATION, pd.dst_desc(), one.shape);
    return kernel;
  }

  /** A copy into another layout or type. */
  Kernel reorder(Layout from, Layout to) {
    reorder.primitive_desc pd =
        made(
            () -> new reorder.primitive_desc(cpu, from.form, cpu, to.form, plainAttributes, false));
    Kernel kernel = kernel("reorder", pd, () -> new reorder(pd));
    kernel.layouts.put(SOURCE, from);
    kernel.layouts.put(DESTINATION, to);
    return kernel;
  }

  /**
   * Gives an operation its memory.
   *
   * @param addresses of each of its operands, aligned to the type
   */
  Call bind(Operation operation, Map<Integer, Long> addresses) {
    Kernel kernel = operation.kernel();
    if (!addresses.keySet().equals(kernel.layouts.keySet())) {
      throw new IllegalArgumentException(
          kernel.kind + " takes " + kernel.layouts.keySet() + ", was given " + addresses.keySet());
    }
    IntMemoryMap arguments = own(new IntMemoryMap());
    addresses.forEach(
        (argument, address) ->
            arguments.put(
                argument,
                own(new memory(kernel.layout(argument).form, cpu, new Address(address)))));
    return new Call(kernel.code, queue, arguments);
  }

  /** Frees every layout, kernel and call. */
  @Override
  public void close() {
    while (!owned.isEmpty()) {
      owned.pop().deallocate();
    }
  }

  /** Shapes of a convolution's or pool's arguments. */
  private record Shapes(long[] source, long out, Window window) {

    long[] weights() {
      return new long[] {out, source[1], window.kernel[0], window.kernel[1]};
    }

    long[] destination() {
      return new long[] {source[0], out, window.out(source[2], 0), window.out(source[3], 1)};
    }
  }

  private static prop_kind direction(boolean training) {
    return training ? prop_kind.forward_training : prop_kind.forward_inference;
  }

  private post_ops relu() {
    post_ops ops = own(new post_ops());
    ops.append_eltwise(1f, algorithm.eltwise_relu, 0f, 0f);
    return ops;
  }

  private primitive_attr attributes(post_ops ops) {
    primitive_attr attributes = own(new primitive_attr());
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    if (ops != null) {
      attributes.set_post_ops(ops);
    }
    return attributes;
  }

  private Kernel kernel(
      String kind, primitive_desc_base descriptor, Supplier<? extends primitive> code) {
    Kernel kernel = new Kernel(kind, descriptor, made(code));
    memory.desc scratchpad = own(descriptor.scratchpad_desc());
    if (scratchpad.get_size() > 0) {
      kernel.layouts.put(SCRATCHPAD, new Layout(scratchpad, new long[0]));
    }
    return kernel;
  }

  private void layout(Kernel kernel, int argument, memory.desc wanted, long... shape) {
    kernel.layouts.put(argument, new Layout(own(wanted), shape));
  }

  private void workspace(Kernel kernel, memory.desc wanted, long[] shape) {
    Layout workspace = new Layout(own(wanted), shape);
    if (workspace.bytes() > 0) {
      kernel.layouts.put(WORKSPACE, workspace);
    }
  }

  /** A C++ vector of descriptors, which the binding passes as one native array. */
  private memory.desc array(List<Layout> layouts) {
    int size = layouts.get(0).form.sizeof();
    BytePointer bytes = own(new BytePointer((long) size * layouts.size()));
    for (int i = 0; i < layouts.size(); i++) {
      Pointer.memcpy(bytes.getPointer((long) i * size), layouts.get(i).form, size);
    }
    memory.desc array = new memory.desc(bytes);
    array.limit(layouts.size()).capacity(layouts.size());
    return array;
  }

  /**
   * What the library creates for a shape. The binding throws a C++ exception as a plain
   * RuntimeException, not a subclass; anything else is a fault of this program.
   */
  private <P extends Pointer> P made(Supplier<P> making) {
    try {
      return own(making.get());
    } catch (RuntimeException e) {
      throw e.getClass() == RuntimeException.class ? new RefusedShape(e) : e;
    }
  }

  private <P extends Pointer> P own(P pointer) {
    owned.push(pointer);
    return pointer;
  }
}
