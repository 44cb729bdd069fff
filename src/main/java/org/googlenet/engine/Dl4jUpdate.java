package org.googlenet.engine;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.model.Batch;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.Head;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns a network's flat gradient into its next parameters as DL4J does: with any updater, and
 * notifying the network's listeners.
 */
final class Dl4jUpdate {

  private final ComputationGraph graph;
  private final List<Head> heads;
  private final List<Long> image;
  private final Optional<GlobalNormClipping> clipping;
  private final Gradient views;

  /**
   * @param graph with a flat gradient
   * @param image channels, height and width
   */
  Dl4jUpdate(ComputationGraph graph, List<Head> heads, List<Long> image) {
    this.graph = graph;
    this.heads = heads;
    this.image = image;
    this.clipping = GlobalNormClipping.of(graph);
    this.views = views(graph);
  }

  /**
   * Makes the update; the flat gradient then holds what was subtracted from the parameters.
   *
   * @param batch that the flat gradient is the sum over
   * @param losses mean loss per head, not weighted
   */
  void apply(Batch batch, int globalStep, double[] losses) {
    INDArray gradient = graph.getFlattenedGradients();
    int epoch = graph.getConfiguration().getEpochCount();
    graph.getConfiguration().setIterationCount(globalStep);
    tellListeners(batch, losses);
    if (graph.getListeners().stream().noneMatch(GlobalNormClipping.class::isInstance)) {
      clipping.ifPresent(norm -> norm.clip(gradient, batch.examples()));
    }
    graph
        .getUpdater(true)
        .update(views, globalStep, epoch, batch.examples(), LayerWorkspaceMgr.noWorkspaces());
    graph.params().subi(gradient);
    for (TrainingListener listener : graph.getListeners()) {
      listener.iterationDone(graph, globalStep, epoch);
    }
  }

  /** Shows DL4J's listeners what they see between the backward pass and the update. */
  private void tellListeners(Batch batch, double[] losses) {
    if (graph.getListeners().isEmpty()) {
      return;
    }
    double score = graph.calcRegularizationScore(true);
    for (int head = 0; head < losses.length; head++) {
      score += heads.get(head).lossWeight() * losses[head];
    }
    graph.setScore(score);
    graph.setInput(
        0,
        Nd4j.create(
            batch.pixels(),
            new long[] {batch.examples(), image.get(0), image.get(1), image.get(2)},
            'c'));
    for (TrainingListener listener : graph.getListeners()) {
      listener.onGradientCalculation(graph);
    }
  }

  /** DL4J's view of the flat gradient, by layer and parameter; a frozen layer has none. */
  private static Gradient views(ComputationGraph graph) {
    DefaultGradient gradient = new DefaultGradient(graph.getFlattenedGradients());
    for (Layer layer : graph.getLayers()) {
      if (layer.numParams() > 0 && layer.getGradientsViewArray() != null) {
        String name = layer.conf().getLayer().getLayerName();
        layer
            .conf()
            .getLayer()
            .initializer()
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
            .forEach((key, view) -> gradient.setGradientFor(name + "_" + key, view));
      }
    }
    return gradient;
  }
}
