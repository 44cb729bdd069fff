package org.googlenet.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Where each parameter of a network lies in DL4J's flat vector: the one map from names to places,
 * used by everything that reads or writes a flat vector.
 *
 * <p>The gradient, the momentum and the state of a training have the same layout. Some values are
 * state that is not trained, such as the running mean and variance of a batch normalisation. They
 * are in the flat vector, so they are averaged and saved with the others; but no optimiser changes
 * them, no decay or clipping applies to them, and their momentum is 0.
 *
 * @param entries in the order of the flat vector, without gaps
 */
public record ParameterLayout(List<Entry> entries) {

  /** The role of a parameter in its layer. */
  public enum Kind {
    WEIGHT,
    BIAS,
    /** A scale or a running mean, or all of a vertex that is not a layer. */
    OTHER
  }

  /**
   * One parameter.
   *
   * @param vertex name of its vertex
   * @param parameter DL4J's key of it within the vertex: {@code W}, {@code b}, {@code mean}
   * @param shape its dimensions
   * @param order {@code c} if the last dimension is the fastest in the flat vector, {@code f} if it
   *     is the first
   * @param offset of its first value, counted in values
   * @param trained whether the optimiser changes it
   */
  public record Entry(
      String vertex,
      String parameter,
      List<Long> shape,
      char order,
      int offset,
      Kind kind,
      boolean trained) {

    /** DL4J's name for it: {@code conv1_W}. */
    public String name() {
      return vertex + "_" + parameter;
    }

    /** The number of its values. */
    public int length() {
      return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    }

    /** Whether it is the running variances of a batch normalisation, which are 0 or more. */
    public boolean isVariance() {
      return !trained && parameter.equals(BatchNormalizationParamInitializer.GLOBAL_VAR);
    }

    /** Its place in the flat vector. */
    public Range range() {
      return new Range(offset, length());
    }
  }

  /** Values {@code [from, from + length)} of a flat vector. */
  public record Range(int from, int length) implements Serializable {

    /** One after the last. */
    public int to() {
      return from + length;
    }
  }

  public ParameterLayout {
    entries = List.copyOf(entries);
  }

  /**
   * The layout of a network.
   *
   * @throws ArithmeticException if it has more than 2^31 - 1 values
   */
  public static ParameterLayout of(ComputationGraphConfiguration configuration) {
    List<Entry> entries = new ArrayList<>();
    int offset = 0;
    for (String name : TopologicalOrder.of(configuration)) {
      GraphVertex vertex = configuration.getVertices().get(name);
      int values = vertex == null ? 0 : Math.toIntExact(vertex.numParams(true));
      if (values > 0) {
        entries.addAll(
            vertex instanceof LayerVertex layer
                ? entries(name, layer.getLayerConf(), offset, values)
                : List.of(whole(name, offset, values)));
        offset = Math.addExact(offset, values);
      }
    }
    return new ParameterLayout(entries);
  }

  /**
   * DL4J says where a layer's parameters lie only by views of a vector, so it gets one that stays
   * empty.
   */
  private static List<Entry> entries(
      String vertex, NeuralNetConfiguration configuration, int offset, int values) {
    try (INDArray flat = Nd4j.createUninitialized(DataType.FLOAT, 1, values)) {
      return configuration
          .getLayer()
          .initializer()
          .getGradientsFromFlattened(configuration, flat)
          .entrySet()
          .stream()
          .sorted(
              Comparator.comparing((Map.Entry<String, INDArray> view) -> view.getValue().offset()))
          .map(
              view ->
                  entry(vertex, configuration.getLayer(), view.getKey(), view.getValue(), offset))
          .toList();
    }
  }

  private static Entry entry(
      String vertex, Layer layer, String parameter, INDArray view, int offset) {
    return new Entry(
        vertex,
        parameter,
        LongStream.of(view.shape()).boxed().toList(),
        view.ordering(),
        Math.toIntExact(offset + view.offset()),
        kind(layer, parameter),
        isTrained(layer, parameter));
  }

  private static Kind kind(Layer layer, String parameter) {
    if (layer.initializer().isWeightParam(layer, parameter)) {
      return Kind.WEIGHT;
    }
    return layer.initializer().isBiasParam(layer, parameter) ? Kind.BIAS : Kind.OTHER;
  }

  /** Parameters that are not trained have an updater that does nothing, or none. */
  private static boolean isTrained(Layer layer, String parameter) {
    IUpdater updater = layer.getUpdaterByParam(parameter);
    return updater != null && !(updater instanceof NoOp) && !(updater instanceof Frozen);
  }

  private static Entry whole(String vertex, int offset, int values) {
    return new Entry(vertex, "all", List.of((long) values), 'c', offset, Kind.OTHER, true);
  }

  /** Number of values of the flat vector. */
  public int length() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).range().to();
  }

  /** The parameters of a vertex, in their order; empty if it has none. */
  public List<Entry> of(String vertex) {
    return entries.stream().filter(entry -> entry.vertex().equals(vertex)).toList();
  }

  /** A parameter of a vertex by DL4J's key, if there is one. */
  public Optional<Entry> find(String vertex, String parameter) {
    return of(vertex).stream().filter(entry -> entry.parameter().equals(parameter)).findFirst();
  }

  /** The trained parameters, in order and in as few ranges as possible. */
  public List<Range> trained() {
    List<Range> ranges = new ArrayList<>();
    for (Entry entry : entries) {
      Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      if (entry.trained() && last != null && last.to() == entry.offset()) {
        ranges.set(ranges.size() - 1, new Range(last.from(), last.length() + entry.length()));
      } else if (entry.trained()) {
        ranges.add(entry.range());
      }
    }
    return ranges;
  }

  /**
   * The parameters of some layers, and of the batch normalisations behind them, in order; of a
   * batch normalisation alone if it is named itself.
   */
  public List<Range> of(Set<String> layers) {
    return entries.stream()
        .filter(
            entry ->
                layers.contains(entry.vertex()) || layers.contains(Parts.layer(entry.vertex())))
        .map(Entry::range)
        .toList();
  }

  /** The trained values of a flat vector, one after the other. */
  public float[] onlyTrained(float[] flat) {
    float[] values = new float[trained().stream().mapToInt(Range::length).sum()];
    int next = 0;
    for (Range range : trained()) {
      System.arraycopy(flat, range.from(), values, next, range.length());
      next += range.length();
    }
    return values;
  }

  /** The flat vector that has these trained values, in order; the others are 0. */
  public float[] withTrained(float[] values) {
    float[] flat = new float[length()];
    int next = 0;
    for (Range range : trained()) {
      System.arraycopy(values, next, flat, range.from(), range.length());
      next += range.length();
    }
    return flat;
  }
}
