package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Turns a configuration whose maps are {@code [n, h, w, c]}, as models of Keras are imported, into
 * one whose maps are {@code [n, c, h, w]}; the parameters are the same.
 */
final class ChannelsLast {

  private static final int[] ROWS_AND_COLUMNS = {1, 2};

  private final List<UnsupportedNetwork> refusals = new ArrayList<>();

  private ChannelsLast() {}

  /** Whether a convolution or pool has its channels last. */
  static boolean isIn(ComputationGraphConfiguration configuration) {
    return configuration.getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> unfrozen(((LayerVertex) vertex).getLayerConf().getLayer()))
        .anyMatch(layer -> format(layer) == CNN2DFormat.NHWC);
  }

  /**
   * A copy with the channels first.
   *
   * @throws UnsupportedNetwork if not all of its maps have their channels last
   */
  static ComputationGraphConfiguration toFirst(ComputationGraphConfiguration configuration) {
    // Through JSON a batch normalisation of a network that was not initialised would lose useLogStd.
    ComputationGraphConfiguration copy = configuration.clone();
    ChannelsLast last = new ChannelsLast();
    configuration.getVertices().forEach(last::check);
    copy.getVertices().values().forEach(ChannelsLast::turn);
    if (!last.refusals.isEmpty()) {
      throw UnsupportedNetwork.of(last.refusals);
    }
    return copy;
  }

  private void check(String name, GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      refuse(
          layer.getPreProcessor() instanceof FeedForwardToCnnPreProcessor,
          name,
          "a FeedForwardToCnnPreProcessor in a network of data format NHWC");
      check(name, unfrozen(layer.getLayerConf().getLayer()));
    } else if (vertex instanceof MergeVertex merge) {
      int axis = merge.getMergeAxis();
      refuse(
          axis != 3 && axis != -1, name, "merge axis " + axis + " in a network of data format NHWC");
    } else {
      refuse(
          !(vertex instanceof ElementWiseVertex),
          name,
          vertex.getClass().getSimpleName() + " in a network of data format NHWC");
    }
  }

  private void check(String name, Layer layer) {
    CNN2DFormat format = format(layer);
    refuse(
        format != null && format != CNN2DFormat.NHWC,
        name,
        "data format NCHW in a network of data format NHWC");
    if (layer instanceof GlobalPoolingLayer pool) {
      int[] dimensions = pool.getPoolingDimensions();
      refuse(
          !Arrays.equals(dimensions, ROWS_AND_COLUMNS),
          name,
          "pooling dimensions " + Arrays.toString(dimensions));
    }
  }

  private void refuse(boolean refused, String name, String what) {
    if (refused) {
      refusals.add(new UnsupportedNetwork(name, what));
    }
  }

  private static Layer unfrozen(Layer layer) {
    return layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
  }

  /** Null of a layer that looks at values alone, or at vectors too. */
  private static CNN2DFormat format(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat();
    } else if (layer instanceof SubsamplingLayer pool) {
      return pool.getCnn2dDataFormat();
    } else if (layer instanceof ZeroPaddingLayer padding) {
      return padding.getDataFormat();
    } else if (layer instanceof Cropping2D cropping) {
      return cropping.getDataFormat();
    }
    return layer instanceof Upsampling2D upsampling ? upsampling.getFormat() : null;
  }

  private static void turn(GraphVertex vertex) {
    if (vertex instanceof MergeVertex merge) {
      merge.setMergeAxis(1);
    } else if (vertex instanceof LayerVertex layer) {
      turn(unfrozen(layer.getLayerConf().getLayer()));
    }
  }

  private static void turn(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      convolution.setCnn2dDataFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof SubsamplingLayer pool) {
      pool.setCnn2dDataFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof ZeroPaddingLayer padding) {
      padding.setDataFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof Cropping2D cropping) {
      cropping.setDataFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof Upsampling2D upsampling) {
      upsampling.setFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof BatchNormalization normalisation) {
      normalisation.setCnn2DFormat(CNN2DFormat.NCHW);
    } else if (layer instanceof GlobalPoolingLayer pool) {
      pool.setPoolingDimensions(null);
    }
  }
}
