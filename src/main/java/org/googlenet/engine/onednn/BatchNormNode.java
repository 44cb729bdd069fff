package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.MEAN;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.VARIANCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Activation.Function;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.BatchNormalisationKernels.Form;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.Pairwise;

/**
 * Batch normalisation of maps or vectors by channel, optionally with ReLU.
 *
 * <p>A training step normalises with the batch's own mean and variance. The gradient of the running
 * ones is what DL4J's updater subtracts from them as it is: {@code (1 - decay) (running - batch)}.
 *
 * @param frozen whether a training step, too, normalises with the running mean and variance, and
 *     changes no parameter
 */
record BatchNormNode(
    String name, String input, Settings settings, Places places, boolean relu, boolean frozen)
    implements Node {

  private static final double LN_10 = Math.log(10);

  /**
   * What a layer computes.
   *
   * @param epsilon added to the variance
   * @param decay of the running mean and variance, a step
   * @param byLogarithm whether the flat vector has log10 of the running standard deviation in place
   *     of the variance
   */
  record Settings(double epsilon, double decay, boolean byLogarithm) {

    /** The deviation that a running variance, or its logarithm, stands for. */
    double deviation(double spread) {
      return Math.sqrt((byLogarithm ? Math.pow(10, 2 * spread) : spread) + epsilon);
    }
  }

  /**
   * Where a layer's parameters lie in the flat vector, counted in values.
   *
   * @param channels how many of each
   * @param scale of the scales, and of the shifts behind them; -1 if there are none
   * @param mean of the running means
   * @param spread of the running variances, or the logarithms of their roots
   */
  record Places(long channels, long scale, long mean, long spread) {}

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return !relu && function.equals(Activation.RELU)
        ? Optional.of(new BatchNormNode(name, input, settings, places, true, frozen))
        : Optional.empty();
  }

  @Override
  public boolean mixesExamples() {
    return !frozen;
  }

  @Override
  public boolean hasParameters() {
    return true;
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    pass.input(this).requireWidth(name, places.channels);
    Tensor source = asMaps(emit, pass.input(this).tensor);
    boolean given = frozen || !emit.training;
    Kernel kernel = emit.batchNormalisations.forward(source.layout(), form(given), emit.training);
    Tensor result = emit.tensor(name, kernel.layout(DESTINATION));
    Tensor mean = statistic(pass, kernel.layout(MEAN), "mean", given);
    Tensor variance = statistic(pass, kernel.layout(VARIANCE), "variance", given);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, source);
    operands.put(DESTINATION, result);
    operands.put(MEAN, mean);
    operands.put(VARIANCE, variance);
    if (kernel.takes(WEIGHTS)) {
      operands.put(WEIGHTS, Emitter.flat(pass.parameters, kernel.layout(WEIGHTS), places.scale));
    }
    Tensor workspace = null;
    if (kernel.takes(WORKSPACE)) {
      workspace = emit.tensor(name + " workspace", kernel.layout(WORKSPACE));
      operands.put(WORKSPACE, workspace);
    }
    emit.add(kernel, operands);
    Tensor asRead = like(emit, pass.input(this), result);
    pass.keep(this, asRead, kernel, workspace).statistics = List.of(mean, variance);
  }

  private Tensor statistic(ForwardPass pass, Layout layout, String what, boolean given) {
    if (!given) {
      return pass.emit.tensor(name + " " + what, layout);
    }
    if (what.equals("mean")) {
      return Emitter.flat(pass.parameters, layout, places.mean);
    }
    Tensor spread = Emitter.flat(pass.parameters, layout, places.spread);
    return settings.byLogarithm ? variance(pass.emit, spread) : spread;
  }

  @Override
  public void backward(BackwardPass pass) {
    Emitter emit = pass.emit;
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor source = asMaps(emit, x.tensor);
    Kernel kernel = emit.batchNormalisations.backward(source.layout(), form(frozen), value.kernel);
    Tensor gradient = emit.to(pass.gradient(value), value.tensor.layout());
    Tensor result = pass.sourceGradient(this, kernel.layout(SOURCE_GRADIENT));
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, source);
    operands.put(MEAN, value.statistics.get(0));
    operands.put(VARIANCE, value.statistics.get(1));
    operands.put(DESTINATION_GRADIENT, asMaps(emit, gradient));
    operands.put(SOURCE_GRADIENT, result);
    if (kernel.takes(WEIGHTS)) {
      Layout layout = kernel.layout(WEIGHTS);
      operands.put(WEIGHTS, Emitter.flat(pass.parameters, layout, places.scale));
      operands.put(
          WEIGHTS_GRADIENT,
          frozen
              ? emit.tensor(name + " unused gradient", layout)
              : Emitter.flat(pass.gradients, layout, places.scale));
    }
    if (kernel.takes(WORKSPACE)) {
      operands.put(WORKSPACE, value.workspace);
    }
    emit.add(kernel, operands);
    x.gradients.add(like(emit, x, result));
    if (!frozen) {
      moveStatistics(pass, value);
    }
  }

  /** The gradients of the running mean and variance. */
  private void moveStatistics(BackwardPass pass, Value value) {
    Emitter emit = pass.emit;
    Tensor mean = value.statistics.get(0);
    Tensor variance = value.statistics.get(1);
    Activation share = Activation.linear(1 - settings.decay, 0);
    combine(
        emit,
        Pairwise.DIFFERENCE,
        Emitter.flat(pass.parameters, mean.layout(), places.mean),
        mean,
        Emitter.flat(pass.gradients, mean.layout(), places.mean),
        share);
    Tensor spread = Emitter.flat(pass.parameters, variance.layout(), places.spread);
    Tensor gradient = Emitter.flat(pass.gradients, variance.layout(), places.spread);
    if (!settings.byLogarithm) {
      combine(emit, Pairwise.DIFFERENCE, spread, variance, gradient, share);
      return;
    }
    Tensor before = variance(emit, spread);
    Tensor after = emit.tensor(name + " next variance", before.layout());
    emit.add(
        emit.elementwise.sum(
            List.of(before.layout(), variance.layout()),
            (float) settings.decay,
            (float) (1 - settings.decay)),
        Map.of(Arguments.source(0), before, Arguments.source(1), variance, DESTINATION, after));
    combine(emit, Pairwise.QUOTIENT, before, after, gradient);
    pass.takeHalfLogarithm(gradient);
  }

  /** The variance from log10 of its root. */
  private Tensor variance(Emitter emit, Tensor logarithm) {
    Tensor natural = prepared(emit, Activation.linear(2 * LN_10, 0), logarithm);
    return prepared(emit, new Activation(Function.EXP, 0, 0), natural);
  }

  private Tensor prepared(Emitter emit, Activation function, Tensor source) {
    Kernel kernel = emit.elementwise.activation(source.layout(), function);
    Tensor result = emit.tensor(name + " running variance", source.layout());
    emit.prepare(kernel, Map.of(SOURCE, source, DESTINATION, result));
    return result;
  }

  private static void combine(
      Emitter emit, Pairwise what, Tensor one, Tensor other, Tensor into, Activation... more) {
    Kernel kernel = emit.elementwise.pairwise(what, one.layout(), other.layout(), more);
    emit.add(kernel, Map.of(SOURCE_0, one, SOURCE_1, other, DESTINATION, into));
  }

  private Form form(boolean given) {
    return new Form(settings.epsilon, places.scale >= 0, given, relu);
  }

  /** Vectors as maps of one value. */
  private static Tensor asMaps(Emitter emit, Tensor tensor) {
    long[] shape = tensor.layout().shape();
    if (shape.length == 4) {
      return tensor;
    }
    Layout maps = emit.primitives.plain(emit.type, shape[0], shape[1], 1, 1);
    return new Tensor(maps, tensor.buffer(), tensor.offset());
  }

  /** Maps of one value as the vectors that were read. */
  private static Tensor like(Emitter emit, Value x, Tensor tensor) {
    return x.shape.length == 4
        ? tensor
        : new Tensor(emit.primitives.plain(emit.type, x.shape), tensor.buffer());
  }
}
