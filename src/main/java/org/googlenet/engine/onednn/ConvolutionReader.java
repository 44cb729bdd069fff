package org.googlenet.engine.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.googlenet.engine.onednn.kernel.Pooling;
import org.googlenet.engine.onednn.kernel.Window;
import org.googlenet.model.ParameterLayout;

/** Reads the layers that move a window over maps: convolutions and pools of DL4J. */
final class ConvolutionReader {

  private final ParameterLayout layout;

  ConvolutionReader(ParameterLayout layout) {
    this.layout = layout;
  }

  /**
   * The nodes of a layer, the last of which gives its result; none if it is of another kind.
   *
   * @param input name of the node that it reads
   * @throws UnsupportedNetwork if the layer has a part that a plan cannot do
   */
  List<Node> read(String name, String input, Layer layer) {
    // Layers of one and of three dimensions extend those of two.
    Class<?> kind = layer.getClass();
    if (kind == ConvolutionLayer.class) {
      return List.of(convolution(name, input, (ConvolutionLayer) layer));
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
    return new ConvolutionNode(
        name, input, filters, window(name, layer), NetworkReader.relu(name, layer));
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
    int[] dilation = layer.getDilation();
    if (dilation[0] != 1 || dilation[1] != 1) {
      throw new UnsupportedNetwork(name, "a pool with dilation");
    }
    DeclaredWindow window =
        new DeclaredWindow(
            longs(layer.getKernelSize()),
            longs(layer.getStride()),
            longs(layer.getPadding()),
            longs(dilation),
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
