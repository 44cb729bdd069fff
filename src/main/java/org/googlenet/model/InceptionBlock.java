package org.googlenet.model;

import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/**
 * One row of GoogLeNet's table: four branches over the same input, concatenated by channel in the
 * order 1x1, 3x3, 5x5, pool. Each convolution has a bias and a ReLU; in {@link Variant#BATCHNORM}
 * it has a batch normalisation in place of the bias, and the branch called 5x5 is a 3x3.
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

  /**
   * Adds the block of {@link Variant#PLAIN} behind {@code input}: {@code [n, in, h, w]} to {@code
   * [n, out, h, w]}.
   *
   * @param graph whose vertices have no name that begins with that of the block and a point
   * @param input a vertex or input of the graph
   */
  public void addTo(GraphBuilder graph, String input) {
    addTo(graph, input, Variant.PLAIN);
  }

  /**
   * The same as a variant has it; {@link Variant#LRN} has the block of {@link Variant#PLAIN}.
   *
   * @param graph whose vertices have no name that begins with that of the block and a point
   * @param input a vertex or input of the graph
   */
  public void addTo(GraphBuilder graph, String input, Variant variant) {
    Convolutions convolutions = new Convolutions(graph, variant);
    String small = convolutions.add(name + ".1x1", conv1x1, 1, input);
    String reduced = convolutions.add(name + ".3x3.reduce", reduce3x3, 1, input);
    String middle = convolutions.add(name + ".3x3", conv3x3, 3, reduced);
    reduced = convolutions.add(name + ".5x5.reduce", reduce5x5, 1, input);
    String large = convolutions.add(name + ".5x5", conv5x5, variant.largestConvolution(), reduced);
    graph.addLayer(name + ".pool", Layers.maxPool(1), input);
    String pooled = convolutions.add(name + ".pool.project", poolProjection, 1, name + ".pool");
    graph.addVertex(name, new MergeVertex(), small, middle, large, pooled);
  }
}
