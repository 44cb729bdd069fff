package org.googlenet.engine;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's dropout with the factors of {@link DropoutMask}, so that DL4J drops what engine onednn
 * drops. For graphs without workspaces.
 */
final class GivenDropout implements IDropout {

  private static final long serialVersionUID = 1L;

  private final long seed;
  private final int number;
  private final double keep;

  private GivenDropout(long seed, int number, double keep) {
    this.seed = seed;
    this.number = number;
    this.keep = keep;
  }

  /**
   * Replaces every dropout that DL4J applies, which are numbered in its topological order; pools
   * declare them, too, if the whole network does.
   *
   * @param seed of all steps
   */
  static void replaceIn(ComputationGraphConfiguration configuration, long seed) {
    int number = 0;
    var indices = new ComputationGraph(configuration).calculateIndices();
    for (int index : indices.getTopologicalSortOrder()) {
      String vertex = indices.getIdxToName().get(index);
      if (configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex) {
        Layer layer = layerVertex.getLayerConf().getLayer();
        boolean applied = !(layer instanceof SubsamplingLayer);
        if (applied && layer.getIDropout() instanceof Dropout plain) {
          layer.setIDropout(new GivenDropout(seed, number++, plain.getP()));
        }
      }
    }
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    // Not into the result: DL4J gives the input there, which other layers still read going back.
    return input.mul(factors(input));
  }

  @Override
  public INDArray backprop(INDArray behind, INDArray before, int iteration, int epoch) {
    return before.assign(behind.mul(factors(behind)));
  }

  private INDArray factors(INDArray like) {
    float[] factors = DropoutMask.factors(seed, number, keep, Math.toIntExact(like.length()));
    return Nd4j.create(factors, like.shape(), 'c');
  }

  @Override
  public void clear() {}

  @Override
  public IDropout clone() {
    return this;
  }
}
