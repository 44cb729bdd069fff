package org.googlenet.engine.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.DepthwiseConvolutionParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Pooling;
import org.googlenet.engine.onednn.kernel.Window;
import org.googlenet.model.ParameterLayout;

/** Reads the layers that move a window over maps: convolutions and pools of DL4J. */
final class ConvolutionReader {

  private final ParameterLayout layout;
  private final NodesRead nodes;

  /**
   * @param nodes that name what is a part of a vertex
   */
  ConvolutionReader(ParameterLayout layout, NodesRead nodes) {
    this.layout = layout;
    this.nodes = nodes;
  }

  /**
   * The nodes of a layer without its activation, the last of which gives its result; none if it is
   * of another kind.
   *
   * @param input name of the node that it reads
   * @throws UnsupportedNetwork if the layer has a part that a plan cannot do
   */
  List<Node> read(String name, String input, Layer layer) {
    // Layers of one and of three dimensions extend those of two.
    Class<?> kind = layer.getClass();
    if (kind == ConvolutionLayer.class) {
      return List.of(convolution(name, input, (ConvolutionLayer) layer));
    } else if (kind == DepthwiseConvolution2D.class) {
      return List.of(depthwise(name, input, (DepthwiseConvolution2D) layer));
    } else if (kind == SeparableConvolution2D.class) {
      return separable(name, input, (SeparableConvolution2D) layer);
    } else if (kind == Deconvolution2D.class) {
      return List.of(deconvolution(name, input, (Deconvolution2D) layer));
    } else if (kind == SubsamplingLayer.class) {
      return List.of(pool(name, input, (SubsamplingLayer) layer));
    } else if (kind == GlobalPoolingLayer.class) {
      return List.of(globalPool(name, input, (GlobalPoolingLayer) layer));
    }
    return List.of();
  }

  private Node convolution(String name, String input, ConvolutionLayer layer) {
    long[] kernel = longs(layer.getKernelSize());
    Filters filters =
        Filters.inOrder(
            new long[] {layer.getNOut(), layer.getNIn(), kernel[0], kernel[1]},
            offset(name, ConvolutionParamInitializer.WEIGHT_KEY),
            bias(name, layer));
    return new ConvolutionNode(name, input, filters, window(name, layer), Activation.IDENTITY);
  }

  /** The flat vector has its weights in the order rows, columns, in, multiplier. */
  private Node depthwise(String name, String input, DepthwiseConvolution2D layer) {
    long[] kernel = longs(layer.getKernelSize());
    long in = layer.getNIn();
    long multiplier = layer.getDepthMultiplier();
    Filters filters =
        Filters.depthwise(
            in,
            multiplier,
            kernel,
            new long[] {multiplier, 1, kernel[1] * in * multiplier, in * multiplier},
            offset(name, DepthwiseConvolutionParamInitializer.WEIGHT_KEY),
            bias(name, layer));
    return new ConvolutionNode(name, input, filters, window(name, layer), Activation.IDENTITY);
  }

  /**
   * Filters of each channel, whose weights the flat vector has in the order multiplier, in, rows,
   * columns, and a 1x1 convolution of their results.
   */
  private List<Node> separable(String name, String input, SeparableConvolution2D layer) {
    long[] kernel = longs(layer.getKernelSize());
    long in = layer.getNIn();
    long multiplier = layer.getDepthMultiplier();
    long values = kernel[0] * kernel[1];
    Filters depthwise =
        Filters.depthwise(
            in,
            multiplier,
            kernel,
            new long[] {values, in * values, kernel[1], 1},
            offset(name, SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY),
            OptionalLong.empty());
    Filters pointwise =
        Filters.inOrder(
            new long[] {layer.getNOut(), in * multiplier, 1, 1},
            offset(name, SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY),
            bias(name, layer));
    String between = nodes.part(name, "depthwise");
    return List.of(
        new ConvolutionNode(between, input, depthwise, window(name, layer), Activation.IDENTITY),
        new ConvolutionNode(
            name, between, pointwise, (height, width) -> Window.whole(1, 1), Activation.IDENTITY));
  }

  /** The flat vector has its weights in the order in, out, rows, columns. */
  private Node deconvolution(String name, String input, Deconvolution2D layer) {
    long[] kernel = longs(layer.getKernelSize());
    long out = layer.getNOut();
    long values = kernel[0] * kernel[1];
    Filters filters =
        new Filters(
            new long[] {out, layer.getNIn(), kernel[0], kernel[1]},
            new long[] {values, out * values, kernel[1], 1},
            offset(name, ConvolutionParamInitializer.WEIGHT_KEY),
            bias(name, layer));
    return new DeconvolutionNode(
        name, input, filters, window(name, layer)::deconvolving, Activation.IDENTITY);
  }

  private OptionalLong bias(String name, ConvolutionLayer layer) {
    return layer.hasBias()
        ? OptionalLong.of(offset(name, ConvolutionParamInitializer.BIAS_KEY))
        : OptionalLong.empty();
  }

  private long offset(String layer, String parameter) {
    return layout.find(layer, parameter).orElseThrow().offset();
  }

  private static Node pool(String name, String input, SubsamplingLayer layer) {
    NetworkReader.requireNchw(name, layer.getCnn2dDataFormat());
    DeclaredWindow window =
        new DeclaredWindow(
            longs(layer.getKernelSize()),
            longs(layer.getStride()),
            longs(layer.getPadding()),
            longs(layer.getDilation()),
            mode(name, layer.getConvolutionMode()));
    Pooling pooling =
        pooling(
            name,
            PoolingType.valueOf(layer.getPoolingType().name()),
            layer.isAvgPoolIncludePadInDivisor());
    return new PoolNode(name, input, window, pooling);
  }

  private static Node globalPool(String name, String input, GlobalPoolingLayer layer) {
    int[] dimensions = layer.getPoolingDimensions();
    if (dimensions != null && !Arrays.equals(dimensions, new int[] {2, 3})) {
      throw new UnsupportedNetwork(name, "a choice of pooling dimensions");
    }
    return new PoolNode(name, input, Window::whole, pooling(name, layer.getPoolingType(), false));
  }

  private static Pooling pooling(String name, PoolingType type, boolean withPadding) {
    return switch (type) {
      case MAX -> Pooling.MAX;
      case AVG -> withPadding ? Pooling.AVERAGE_WITH_PADDING : Pooling.AVERAGE;
      default -> throw new UnsupportedNetwork(name, "pooling " + type);
    };
  }

  private static DeclaredWindow window(String name, ConvolutionLayer layer) {
    NetworkReader.requireNchw(name, layer.getCnn2dDataFormat());
    return new DeclaredWindow(
        longs(layer.getKernelSize()),
        longs(layer.getStride()),
        longs(layer.getPadding()),
        longs(layer.getDilation()),
        mode(name, layer.getConvolutionMode()));
  }

  private static ConvolutionMode mode(String name, ConvolutionMode mode) {
    if (mode == ConvolutionMode.Causal) {
      throw new UnsupportedNetwork(name, "convolution mode " + mode);
    }
    return mode;
  }

  private static long[] longs(int[] pair) {
    return Arrays.stream(pair).asLongStream().toArray();
  }
}
