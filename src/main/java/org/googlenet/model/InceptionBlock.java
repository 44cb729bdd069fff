package org.googlenet.model;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/**
 * One row of GoogLeNet's table: four branches over the same input, concatenated by channel in the
 * order 1x1, 3x3, 5x5, pool.
 *
 * @param name the block's vertex, {@code 3a} to {@code 5b}
 * @param in input channels
 * @param conv1x1 channels of the 1x1 branch
 * @param reduce3x3 channels of the 1x1 convolution in front of the 3x3
 * @param conv3x3 channels of the 3x3 branch
 * @param reduce5x5 channels of the 1x1 convolution in front of the 5x5
 * @param conv5x5 channels of the 5x5 branch
 * @param poolProjection channels of the 1x1 convolution behind the 3x3 max pool
 */
record InceptionBlock(
    String name,
    int in,
    int conv1x1,
    int reduce3x3,
    int conv3x3,
    int reduce5x5,
    int conv5x5,
    int poolProjection) {

  /** Output channels. */
  int out() {
    return conv1x1 + conv3x3 + conv5x5 + poolProjection;
  }

  /** The layers whose outputs, concatenated, are the block's. */
  List<String> branches() {
    return List.of(name + ".1x1", name + ".3x3", name + ".5x5", name + ".pool.project");
  }

  /** Adds the block behind {@code input}: {@code [n, in, h, w]} to {@code [n, out, h, w]}. */
  void addTo(GraphBuilder graph, String input) {
    graph
        .addLayer(name + ".1x1", Layers.convolution(conv1x1, 1, 1, 0), input)
        .addLayer(name + ".3x3.reduce", Layers.convolution(reduce3x3, 1, 1, 0), input)
        .addLayer(name + ".3x3", Layers.convolution(conv3x3, 3, 1, 1), name + ".3x3.reduce")
        .addLayer(name + ".5x5.reduce", Layers.convolution(reduce5x5, 1, 1, 0), input)
        .addLayer(name + ".5x5", Layers.convolution(conv5x5, 5, 1, 2), name + ".5x5.reduce")
        .addLayer(name + ".pool", Layers.maxPool(1), input)
        .addLayer(
            name + ".pool.project", Layers.convolution(poolProjection, 1, 1, 0), name + ".pool")
        .addVertex(name, new MergeVertex(), branches().toArray(String[]::new));
  }
}
