package org.googlenet.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.googlenet.model.Batch;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A small random network of the kinds of layer that engine onednn knows, the same for the same
 * seed. Local response normalisation is not among them: DL4J's own gradient of it is wrong.
 *
 * @param image channels, height and width of the input
 * @param classes of each output
 */
record RandomGraph(
    ComputationGraphConfiguration configuration, List<Long> image, List<Integer> classes) {

  private static final int CLASSES = 3;

  /** Values of a map, below which it is not normalised. */
  private static final int ENOUGH_VALUES = 9;

  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.RELU,
          Activation.TANH,
          Activation.SIGMOID,
          Activation.LEAKYRELU,
          Activation.ELU,
          Activation.SWISH,
          Activation.HARDSIGMOID);

  static RandomGraph of(long seed) {
    return of(seed, builder -> builder.updater(new Sgd(0.1)));
  }

  /**
   * A network that is trained in a way of its own.
   *
   * @param training sets the updater, and what else changes gradients
   */
  static RandomGraph of(long seed, UnaryOperator<NeuralNetConfiguration.Builder> training) {
    return new Drawing(new Random(seed), training).draw();
  }

  /** Random images, and labels that every output has. */
  Batch batch(int examples, long seed) {
    Random random = new Random(seed);
    float[] pixels =
        new float[examples * (int) image.stream().mapToLong(x -> x).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(examples, 0, CLASSES).toArray();
    return new Batch(pixels, labels, IntStream.of(labels).mapToObj(Integer::toString).toList());
  }

  /** Makes an engine that trains a network of this graph in place. */
  OneDnnEngine.Builder engine(ComputationGraph network) {
    return OneDnnEngine.of(network).image(image.get(0), image.get(1), image.get(2));
  }

  /** The batch's images as DL4J takes them. */
  INDArray images(Batch batch) {
    return Nd4j.create(
        batch.pixels(),
        new long[] {batch.examples(), image.get(0), image.get(1), image.get(2)},
        'c');
  }

  /** One-hot labels for each output. */
  INDArray[] labels(Batch batch) {
    return classes.stream().map(number -> oneHot(batch, number)).toArray(INDArray[]::new);
  }

  /** A network whose dropouts are DL4J's own and drawn by chance. */
  ComputationGraph network() {
    return network(copy());
  }

  /** A network with the same initial parameters whose dropouts drop what engine onednn drops. */
  ComputationGraph networkThatDrops(long seed) {
    ComputationGraphConfiguration given = copy();
    GivenDropout.replaceIn(given, seed);
    return network(given);
  }

  /** Losses remember their last value and belong to a configuration. */
  private ComputationGraphConfiguration copy() {
    return ComputationGraphConfiguration.fromJson(configuration.toJson());
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static INDArray oneHot(Batch batch, int classes) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.examples(), classes);
    for (int i = 0; i < batch.examples(); i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    return labels;
  }

  /** Map of a vertex while the graph grows. */
  private record Feature(String name, int channels, int height, int width, boolean relu) {}

  /** Adds one layer after the other to a graph. */
  private static final class Drawing {

    private final Random random;
    private final GraphBuilder graph;
    private final List<Feature> maps = new ArrayList<>();
    private final Set<String> unread = new LinkedHashSet<>();
    private int number;

    Drawing(Random random, UnaryOperator<NeuralNetConfiguration.Builder> training) {
      this.random = random;
      this.graph =
          training
              .apply(new NeuralNetConfiguration.Builder())
              .seed(random.nextInt())
              .weightInit(WeightInit.RELU)
              .biasInit(0.1)
              .trainingWorkspaceMode(WorkspaceMode.NONE)
              .inferenceWorkspaceMode(WorkspaceMode.NONE)
              .graphBuilder()
              .addInputs("input");
    }

    RandomGraph draw() {
      Feature input = new Feature("input", between(1, 5), between(8, 20), between(8, 20), false);
      graph.setInputTypes(InputType.convolutional(input.height, input.width, input.channels));
      if (random.nextInt(8) == 0) {
        maps.add(input); // to be pooled, dropped or merged as it is
      } else {
        convolution(input);
      }
      switch (random.nextInt(4)) {
        case 0 -> pool(merge(pick(), true), PoolingType.MAX);
        case 1 -> pool(merge(pick(), random.nextBoolean()), PoolingType.MAX);
        case 2 -> pool(convolution(pick(), true), PoolingType.MAX);
        default -> {}
      }
      int more = between(2, 6);
      for (int i = 0; i < more; i++) {
        grow(pick());
      }
      List<String> outputs = new ArrayList<>();
      List<Integer> classes = new ArrayList<>();
      for (Feature map : maps.stream().filter(map -> unread.contains(map.name)).toList()) {
        classes.add(between(CLASSES, 20));
        outputs.add(head(map, classes.get(classes.size() - 1)));
      }
      graph.setOutputs(outputs.toArray(String[]::new));
      return new RandomGraph(
          graph.build(),
          List.of((long) input.channels, (long) input.height, (long) input.width),
          classes);
    }

    /** The newest map mostly, at times one that others have read already. */
    private Feature pick() {
      return maps.get(random.nextInt(3) > 0 ? maps.size() - 1 : random.nextInt(maps.size()));
    }

    private void grow(Feature map) {
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> convolution(map);
        case 3 -> pool(map, PoolingType.MAX);
        case 4 -> pool(map, PoolingType.AVG);
        case 5 -> dropout(map);
        case 6, 7 -> normalised(map);
        case 8 -> activated(map);
        case 9 -> combined(map);
        case 10 -> bordered(map);
        case 11, 12 -> sameConvolution(map);
        default -> merge(map, random.nextBoolean());
      }
    }

    private Feature convolution(Feature map) {
      return convolution(map, random.nextInt(3) > 0);
    }

    private Feature convolution(Feature map, boolean relu) {
      int[] kernel = {side(map.height, 5), side(map.width, 5)};
      int[] stride = {between(1, 3), between(1, 3)};
      if (random.nextBoolean()) {
        stride = new int[] {1, 1};
      }
      if (random.nextInt(4) == 0) {
        kernel = new int[] {1, 1};
      }
      int[] pad = {between(0, kernel[0] / 2), between(0, kernel[1] / 2)};
      return convolution(map, kernel, stride, pad, relu);
    }

    /** One of DL4J's other convolutions, of mode Same: there the result's size is the map's. */
    private Feature sameConvolution(Feature map) {
      boolean up = random.nextInt(4) == 0 && map.height * map.width < 100;
      int[] stride = {between(1, 2), between(1, 2)};
      int[] dilation = up ? new int[] {1, 1} : new int[] {between(1, 2), between(1, 2)};
      int more = between(1, 2);
      var layer = up ? new Deconvolution2D.Builder() : sameKind(map, more);
      layer.kernelSize(between(2, 4), between(2, 4)).stride(stride).dilation(dilation);
      layer.nOut(more * map.channels).hasBias(random.nextBoolean()).activation(Activation.RELU);
      String name = name("same");
      graph.addLayer(name, layer.convolutionMode(ConvolutionMode.Same).build(), read(map));
      int height = up ? stride[0] * map.height : (map.height + stride[0] - 1) / stride[0];
      int width = up ? stride[1] * map.width : (map.width + stride[1] - 1) / stride[1];
      return grown(new Feature(name, more * map.channels, height, width, true));
    }

    /** DL4J fails in a separable convolution of a single channel. */
    private ConvolutionLayer.BaseConvBuilder<?> sameKind(Feature map, int multiplier) {
      return switch (random.nextInt(map.channels > 1 ? 3 : 2)) {
        case 0 -> new DepthwiseConvolution2D.Builder().depthMultiplier(multiplier);
        case 1 -> new ConvolutionLayer.Builder();
        default -> new SeparableConvolution2D.Builder().depthMultiplier(multiplier);
      };
    }

    private Feature convolution(Feature map, int[] kernel, int[] stride, int[] pad, boolean relu) {
      return convolution(map, kernel, stride, pad, relu, between(1, 40));
    }

    private Feature convolution(
        Feature map, int[] kernel, int[] stride, int[] pad, boolean relu, int channels) {
      ConvolutionLayer.Builder layer =
          new ConvolutionLayer.Builder(kernel)
              .stride(stride)
              .padding(pad)
              .nOut(channels)
              .activation(relu ? Activation.RELU : Activation.IDENTITY);
      if (random.nextInt(6) == 0) {
        layer.dropOut(0.7);
      }
      String name = name("conv");
      graph.addLayer(name, layer.build(), read(map));
      return grown(
          new Feature(
              name,
              channels,
              out(map.height, kernel[0], stride[0], pad[0]),
              out(map.width, kernel[1], stride[1], pad[1]),
              relu));
    }

    private Feature pool(Feature map, PoolingType type) {
      int[] kernel = {side(map.height, 4), side(map.width, 4)};
      int[] stride = {between(1, 3), between(1, 3)};
      int[] pad = {between(0, (kernel[0] - 1) / 2), between(0, (kernel[1] - 1) / 2)};
      String name = name(type == PoolingType.MAX ? "max" : "average");
      graph.addLayer(
          name,
          new SubsamplingLayer.Builder(type)
              .kernelSize(kernel)
              .stride(stride)
              .padding(pad)
              .avgPoolIncludePadInDivisor(random.nextBoolean())
              .build(),
          read(map));
      return grown(
          new Feature(
              name,
              map.channels,
              out(map.height, kernel[0], stride[0], pad[0]),
              out(map.width, kernel[1], stride[1], pad[1]),
              false));
    }

    private void dropout(Feature map) {
      String name = name("dropout");
      graph.addLayer(name, new DropoutLayer.Builder().dropOut(0.6).build(), read(map));
      grown(new Feature(name, map.channels, map.height, map.width, false));
    }

    /** The statistics of a few values would be those of their rounding. */
    private void normalised(Feature map) {
      if (map.height * map.width < ENOUGH_VALUES) {
        return;
      }
      String name = name("norm");
      graph.addLayer(
          name,
          new BatchNormalization.Builder()
              .gamma(0.5 + random.nextDouble())
              .decay(0.5 + random.nextDouble() / 2)
              .useLogStd(random.nextBoolean())
              .lockGammaBeta(false)
              .build(),
          read(map));
      activated(name, map, random.nextBoolean() ? Activation.RELU : Activation.IDENTITY);
    }

    private void activated(Feature map) {
      String name = name("linear");
      graph.addLayer(
          name,
          new ConvolutionLayer.Builder(1, 1)
              .nOut(map.channels)
              .activation(Activation.IDENTITY)
              .build(),
          read(map));
      activated(name, map, ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())));
    }

    /** No other layer reads what is activated: DL4J's own forward pass computes it in its place. */
    private void activated(String input, Feature like, Activation function) {
      String name = name("activation");
      graph.addLayer(name, new ActivationLayer(function), input);
      grown(new Feature(name, like.channels, like.height, like.width, false));
    }

    /** A map and a convolution of it, as in a residual network. */
    private void combined(Feature map) {
      int[] one = {1, 1};
      Feature other =
          convolution(map, new int[] {3, 3}, one, one, random.nextBoolean(), map.channels);
      ElementWiseVertex.Op[] all = ElementWiseVertex.Op.values();
      String name = name("elementwise");
      graph.addVertex(
          name, new ElementWiseVertex(all[random.nextInt(all.length)]), read(other), read(map));
      grown(new Feature(name, map.channels, map.height, map.width, false));
    }

    private void bordered(Feature map) {
      int top = between(0, 2);
      int left = between(0, 2);
      String name = name("zeros");
      graph.addLayer(name, new ZeroPaddingLayer(top, 1, left, 0), read(map));
      grown(new Feature(name, map.channels, map.height + top + 1, map.width + left, false));
    }

    /**
     * Two to four maps of one size side by side: convolutions of a map, that map itself, another
     * merge.
     */
    private Feature merge(Feature map, boolean allRelu) {
      List<Feature> branches = new ArrayList<>();
      int number = between(2, 4);
      for (int i = 0; i < number; i++) {
        branches.add(branch(map, allRelu));
      }
      if (!allRelu && random.nextInt(3) == 0) {
        branches.set(0, map);
      } else if (random.nextInt(5) == 0) {
        branches.set(1, merged(List.of(branches.get(0), branches.get(1))));
      }
      return merged(branches);
    }

    private Feature merged(List<Feature> branches) {
      String name = name("merge");
      graph.addVertex(
          name, new MergeVertex(), branches.stream().map(this::read).toArray(String[]::new));
      Feature first = branches.get(0);
      return grown(
          new Feature(
              name,
              branches.stream().mapToInt(Feature::channels).sum(),
              first.height,
              first.width,
              false));
    }

    private Feature branch(Feature map, boolean relu) {
      int pad = random.nextInt(3);
      int[] kernel = {2 * pad + 1, 2 * pad + 1};
      return convolution(
          map, kernel, new int[] {1, 1}, new int[] {pad, pad}, relu || random.nextBoolean());
    }

    private String head(Feature map, int classes) {
      String last = read(map);
      if (random.nextBoolean()) {
        String name = name("global");
        graph.addLayer(
            name,
            new GlobalPoolingLayer.Builder(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
                .build(),
            last);
        last = name;
      }
      int hidden = random.nextInt(3);
      for (int i = 0; i < hidden; i++) {
        String name = name("dense");
        DenseLayer.Builder layer =
            new DenseLayer.Builder()
                .nOut(between(1, 40))
                .activation(random.nextBoolean() ? Activation.RELU : Activation.IDENTITY);
        if (random.nextInt(3) == 0) {
          layer.dropOut(0.8);
        }
        graph.addLayer(name, layer.build(), last);
        last = name;
      }
      if (random.nextInt(3) == 0) {
        String name = name("dropout");
        graph.addLayer(name, new DropoutLayer.Builder().dropOut(0.5).build(), last);
        last = name;
      }
      String name = name("output");
      double weight = random.nextInt(3) == 0 ? 1 : 0.1 + random.nextDouble();
      graph.addLayer(
          name,
          new OutputLayer.Builder(new WeightedLoss(weight))
              .nOut(classes)
              .weightInit(new NormalDistribution(0, 0.02))
              .activation(Activation.SOFTMAX)
              .build(),
          last);
      return name;
    }

    private Feature grown(Feature map) {
      maps.add(map);
      unread.add(map.name);
      return map;
    }

    private String read(Feature map) {
      unread.remove(map.name);
      return map.name;
    }

    private String name(String kind) {
      return kind + number++;
    }

    /** A window's side that fits into a map's. */
    private int side(int map, int most) {
      return between(1, Math.min(most, map));
    }

    private static int out(int in, int kernel, int stride, int pad) {
      return (in + 2 * pad - kernel) / stride + 1;
    }

    private int between(int least, int most) {
      return least + random.nextInt(most - least + 1);
    }
  }
}
