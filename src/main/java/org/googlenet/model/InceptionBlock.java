package org.googlenet.model;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/**
 * One row of GoogLeNet's table: four branches over the same input, concatenated by channel in the
 * order 1x1, 3x3, 5x5, pool. Each convolution has a bias and a ReLU.
 *
 * <p>In a graph of your own:
 *
 * <pre>{@code
 * InceptionBlock block = new InceptionBlock("mixed", 192, 64, 96, 128, 16, 32, 32);
 * block.addTo(graph, "pool2"); // [n, 192, h, w] to [n, 256, h, w], the result of vertex "mixed"
 * }</pre>
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
public record InceptionBlock(
    String name,
    int in,
    int conv1x1,
    int reduce3x3,
    int conv3x3,
    int reduce5x5,
    int conv5x5,
    int poolProjection) {

  /**
   * @throws ModelProblem if a number of channels is less than 1
   */
  public InceptionBlock {
    Objects.requireNonNull(name, "name");
    for (int channels :
        new int[] {in, conv1x1, reduce3x3, conv3x3, reduce5x5, conv5x5, poolProjection}) {
      if (channels < 1) {
        throw new ModelProblem(
            "inception block %s: %s channels: must be at least 1".formatted(name, channels));
      }
    }
  }

  /**
   * One of GoogLeNet's own.
   *
   * @param name {@code 3a} to {@code 5b}
   * @throws ModelProblem if there is none of this name
   */
  public static InceptionBlock of(String name) {
    return GoogLeNet.BLOCKS.stream()
        .filter(block -> block.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelProblem(
                    "inception block %s: GoogLeNet has %s"
                        .formatted(
                            name, GoogLeNet.BLOCKS.stream().map(InceptionBlock::name).toList())));
  }

  /** Output channels. */
  public int out() {
    return conv1x1 + conv3x3 + conv5x5 + poolProjection;
  }

  /** The layers whose outputs, concatenated, are the block's. */
  public List<String> branches() {
    return List.of(name + ".1x1", name + ".3x3", name + ".5x5", name + ".pool.project");
  }

  /**
   * Adds the block behind {@code input}: {@code [n, in, h, w]} to {@code [n, out, h, w]}.
   *
   * @param graph whose vertices have no name that begins with that of the block and a point
   * @param input a vertex or input of the graph
   */
  public void addTo(GraphBuilder graph, String input) {
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
