package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.googlenet.model.GlobalNorm;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Head;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the health of GoogLeNet's heads off a network's flat gradient, the one thing that every
 * engine has: no activation is kept for it.
 *
 * <p>The gradient is the sum over a batch, before it is clipped and before the decay. It is read
 * when somebody asks, at most once a step; who overwrites it says so before ({@link #keep}).
 */
final class HeadGradients {

  private final FloatBuffer gradient;
  private final List<Ranges> heads;

  private int examples;
  private double[] norms;
  private ActiveUnits active;

  private HeadGradients(FloatBuffer gradient, List<Ranges> heads) {
    this.gradient = gradient;
    this.heads = heads;
  }

  /** Values {@code [from, from + length)} of the flat gradient. */
  private record Range(int from, int length) {}

  /**
   * Where a head's gradients lie.
   *
   * @param own of the head's own parameters
   * @param classifierBias of its classifier's biases, which only a weight of 0 keeps at 0
   * @param units of the biases of its ReLU units
   */
  private record Ranges(List<Range> own, Range classifierBias, List<Range> units) {}

  /** For an initialised network; one that has not all of GoogLeNet's heads has none here. */
  static HeadGradients of(ComputationGraph network) {
    if (network.getFlattenedGradients() == null) {
      network.initGradientsView();
    }
    List<Ranges> heads =
        GoogLeNet.heads().stream()
            .map(head -> ranges(network, head))
            .flatMap(Optional::stream)
            .toList();
    return new HeadGradients(
        network.getFlattenedGradients().data().asNioFloat(),
        heads.size() == GoogLeNet.HEADS.size() ? heads : List.of());
  }

  /** The flat gradient is now the sum over so many examples. */
  void calculated(int examples) {
    this.examples = examples;
    this.norms = null;
    this.active = null;
  }

  /** Reads the gradient now, since it is about to be overwritten. */
  void keep() {
    double[] normsNow = norms();
    ActiveUnits activeNow = new ActiveUnits();
    addActive(activeNow);
    norms = normsNow;
    active = activeNow;
  }

  /** See {@link Engine#headGradientNorms}. */
  double[] norms() {
    requireGradient();
    return norms != null
        ? norms.clone()
        : heads.stream().mapToDouble(head -> norm(head) / examples).toArray();
  }

  /** See {@link Engine#addActiveUnits}. */
  void addActive(ActiveUnits into) {
    requireGradient();
    if (active != null) {
      into.add(active);
      return;
    }
    for (int head = 0; head < heads.size(); head++) {
      if (isReached(heads.get(head))) {
        into.add(head, read(heads.get(head).units()));
      }
    }
  }

  private void requireGradient() {
    if (examples == 0) {
      throw new IllegalStateException("no step has been made that could be told of");
    }
  }

  private double norm(Ranges head) {
    return Math.sqrt(
        head.own().stream()
            .mapToDouble(range -> GlobalNorm.of(gradient.slice(range.from(), range.length())))
            .map(norm -> norm * norm)
            .sum());
  }

  /** A head whose loss weighs nothing says nothing of its units. */
  private boolean isReached(Ranges head) {
    for (float value : read(List.of(head.classifierBias()))) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private float[] read(List<Range> ranges) {
    float[] values = new float[ranges.stream().mapToInt(Range::length).sum()];
    int next = 0;
    for (Range range : ranges) {
      gradient.get(range.from(), values, next, range.length());
      next += range.length();
    }
    return values;
  }

  /** Nothing if the network has not all layers of the head, or one has no bias. */
  private static Optional<Ranges> ranges(ComputationGraph network, Head head) {
    boolean isThere =
        Stream.of(head.layers(), head.reluLayers())
            .flatMap(List::stream)
            .allMatch(name -> hasBias(network, name));
    if (!isThere) {
      return Optional.empty();
    }
    return Optional.of(
        new Ranges(
            head.layers().stream()
                .map(name -> range(network, network.getLayer(name).getGradientsViewArray()))
                .toList(),
            range(network, bias(network.getLayer(head.name()))),
            head.reluLayers().stream()
                .map(name -> range(network, bias(network.getLayer(name))))
                .toList()));
  }

  private static boolean hasBias(ComputationGraph network, String name) {
    if (!network.getConfiguration().getVertices().containsKey(name)) {
      return false;
    }
    Layer layer = network.getLayer(name);
    return layer != null && layer.numParams() > 0 && bias(layer) != null;
  }

  /** Null if the layer has none. */
  private static INDArray bias(Layer layer) {
    return layer
        .conf()
        .getLayer()
        .initializer()
        .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
        .get(DefaultParamInitializer.BIAS_KEY);
  }

  private static Range range(ComputationGraph network, INDArray view) {
    long from = view.offset() - network.getFlattenedGradients().offset();
    return new Range(Math.toIntExact(from), Math.toIntExact(view.length()));
  }
}
