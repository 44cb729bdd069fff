package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.googlenet.engine.onednn.BatchNormNode.Places;
import org.googlenet.engine.onednn.BatchNormNode.Settings;
import org.googlenet.engine.onednn.BorderNode.Border;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Pairwise;
import org.googlenet.model.ParameterLayout;

/** Reads layers and vertices that work on maps value by value, or on their borders and size. */
final class MapLayerReader {

  private final ParameterLayout layout;
  private final NodesRead nodes;

  /**
   * @param nodes that name what is a part of a vertex
   */
  MapLayerReader(ParameterLayout layout, NodesRead nodes) {
    this.layout = layout;
    this.nodes = nodes;
  }

  /**
   * A batch normalisation; DL4J ignores its activation.
   *
   * @throws UnsupportedNetwork if scale and shift are fixed to others than 1 and 0
   */
  Node batchNormalisation(String name, String input, BatchNormalization layer, boolean frozen) {
    NetworkReader.requireNchw(name, layer.getCnn2DFormat());
    // DL4J applies a fixed scale and shift only if neither is the usual one.
    if (layer.isLockGammaBeta() && layer.getGamma() != 1) {
      throw new UnsupportedNetwork(
          name, "a batch normalisation with gamma locked at " + layer.getGamma());
    }
    String spread =
        layer.isUseLogStd()
            ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
            : BatchNormalizationParamInitializer.GLOBAL_VAR;
    Places places =
        new Places(
            layer.getNOut(),
            layer.isLockGammaBeta() ? -1 : offset(name, BatchNormalizationParamInitializer.GAMMA),
            offset(name, BatchNormalizationParamInitializer.GLOBAL_MEAN),
            offset(name, spread));
    return new BatchNormNode(
        name,
        input,
        new Settings(layer.getEps(), layer.getDecay(), layer.isUseLogStd()),
        places,
        false,
        frozen);
  }

  /** A layer without parameters; empty if it is of another kind. */
  static Optional<Node> read(String name, String input, Layer layer) {
    if (layer instanceof ZeroPaddingLayer padding) {
      NetworkReader.requireNchw(name, padding.getDataFormat());
      return Optional.of(new BorderNode(name, input, border(padding.getPadding()), false));
    } else if (layer instanceof Cropping2D cropping) {
      NetworkReader.requireNchw(name, cropping.getDataFormat());
      return Optional.of(new BorderNode(name, input, border(cropping.getCropping()), true));
    } else if (layer instanceof Upsampling2D upsampling) {
      NetworkReader.requireNchw(name, upsampling.getFormat());
      int[] size = upsampling.getSize();
      return Optional.of(new UpsamplingNode(name, input, size[0], size[1]));
    }
    return Optional.empty();
  }

  private static Border border(int[] widths) {
    return new Border(widths[0], widths[1], widths[2], widths[3]);
  }

  private int offset(String layer, String parameter) {
    return layout.find(layer, parameter).orElseThrow().offset();
  }

  /** An elementwise vertex as a chain of nodes of two inputs each; the last one has its name. */
  List<Node> elementwise(String name, List<String> inputs, ElementWiseVertex vertex) {
    Pairwise operation =
        switch (vertex.getOp()) {
          case Add, Average -> Pairwise.SUM;
          case Subtract -> Pairwise.DIFFERENCE;
          case Product -> Pairwise.PRODUCT;
          case Max -> Pairwise.MAXIMUM;
        };
    if (inputs.size() < 2 || (operation == Pairwise.DIFFERENCE && inputs.size() > 2)) {
      throw new UnsupportedNetwork(name, vertex.getOp() + " of " + inputs.size() + " inputs");
    }
    Activation last =
        vertex.getOp() == ElementWiseVertex.Op.Average
            ? Activation.linear(1.0 / inputs.size(), 0)
            : Activation.IDENTITY;
    List<Node> chain = new ArrayList<>();
    String sum = inputs.get(0);
    for (int i = 1; i < inputs.size(); i++) {
      boolean whole = i == inputs.size() - 1;
      String node = whole ? name : nodes.part(name, Integer.toString(i));
      chain.add(
          new PairwiseNode(
              node, sum, inputs.get(i), operation, whole ? last : Activation.IDENTITY));
      sum = node;
    }
    return chain;
  }
}
