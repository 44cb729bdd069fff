package org.googlenet.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.model.GlobalNormClipping;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns a network's flat gradient into its next parameters as DL4J does: with any updater, and
 * calling the network's listeners in DL4J's order. {@link FusedMomentumSgd} replaces the updater
 * where it gives the same bits and no listener looks on.
 */
final class Dl4jUpdate implements AutoCloseable {

  private final Dl4jNetwork network;
  private final Optional<GlobalNormClipping> clipping;
  private final Optional<FusedMomentumSgd> fused;
  private final boolean scored;
  private final Gradient views;

  /**
   * @param network initialised
   * @param threads that share the work of {@link FusedMomentumSgd}
   * @param scored whether the network gets its score even if no listener asks for it
   */
  Dl4jUpdate(Dl4jNetwork network, int threads, boolean scored) {
    this.network = network;
    Optional<ComputationGraph> graph =
        network instanceof Dl4jNetwork.Graph own ? Optional.of(own.model()) : Optional.empty();
    this.clipping = GlobalNormClipping.of(network.configuration());
    this.fused = graph.flatMap(own -> FusedMomentumSgd.of(own, threads));
    this.scored = scored;
    this.views = views(network);
  }

  /**
   * A forward and backward pass that has been made.
   *
   * @param examples that the flat gradient is the sum over
   * @param loss the outputs' part of DL4J's score
   * @param inputs what the network was given; asked for only if there are listeners
   * @param labels what it should have said; asked for only if there are listeners
   * @param activations results by vertex; asked for only if a listener looks at them
   */
  record Pass(
      int examples,
      double loss,
      Supplier<List<INDArray>> inputs,
      Supplier<List<INDArray>> labels,
      Supplier<Map<String, INDArray>> activations) {}

  /** Whether a listener looks at what the forward pass gave. */
  static boolean showsActivations(Dl4jNetwork network) {
    return network.listeners().stream().anyMatch(Dl4jUpdate::looksAtActivations);
  }

  /** Whether the network's optimiser is one that {@link FusedMomentumSgd} can replace. */
  boolean isFused() {
    return fused.isPresent();
  }

  /** Whether the next update leaves the flat gradient as it is. */
  boolean leavesGradient() {
    return isFused() && network.listeners().isEmpty();
  }

  /**
   * Makes the update and sets the network's iteration to the next one. Unless {@link
   * #leavesGradient}, the flat gradient then holds what was subtracted from the parameters.
   */
  void apply(Pass pass, int iteration) {
    if (leavesGradient()) {
      if (scored) {
        network.setScore(network.regularisation() + pass.loss);
      }
      fused.orElseThrow().apply(pass.examples, iteration);
    } else {
      applyByDl4j(pass, iteration);
    }
    network.setIteration(iteration + 1);
  }

  /** Ends the threads that share the work. */
  @Override
  public void close() {
    fused.ifPresent(FusedMomentumSgd::close);
  }

  private void applyByDl4j(Pass pass, int iteration) {
    INDArray gradient = network.gradients();
    int epoch = network.epoch();
    network.setIteration(iteration);
    tellListeners(pass);
    if (network.listeners().stream().noneMatch(GlobalNormClipping.class::isInstance)) {
      clipping.ifPresent(norm -> norm.clip(gradient, pass.examples));
    }
    network
        .updater()
        .update(views, iteration, epoch, pass.examples, LayerWorkspaceMgr.noWorkspaces());
    network.params().subi(gradient);
    for (TrainingListener listener : network.listeners()) {
      listener.iterationDone(network.model(), iteration, epoch);
    }
  }

  /** Shows DL4J's listeners what they see between the forward pass and the update. */
  private void tellListeners(Pass pass) {
    double score = network.regularisation() + pass.loss;
    if (network.listeners().isEmpty()) {
      network.setScore(score);
      return;
    }
    Model model = network.model();
    network.setInputs(pass.inputs.get());
    List<INDArray> labels = pass.labels.get();
    if (!labels.isEmpty()) {
      network.setLabels(labels);
    }
    if (showsActivations(network)) {
      Map<String, INDArray> activations = pass.activations.get();
      network.listeners().forEach(listener -> network.forwardPass(listener, activations));
    }
    network.setGradient(views);
    network.setScore(score);
    network.listeners().forEach(listener -> listener.onBackwardPass(model));
    network.listeners().forEach(listener -> listener.onGradientCalculation(model));
  }

  private static boolean looksAtActivations(TrainingListener listener) {
    try {
      for (Class<?> kind : List.of(Map.class, List.class)) {
        Class<?> declared =
            listener.getClass().getMethod("onForwardPass", Model.class, kind).getDeclaringClass();
        if (declared != BaseTrainingListener.class) {
          return true;
        }
      }
      return false;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** DL4J's view of the flat gradient, by layer and parameter; a frozen layer has none. */
  private static Gradient views(Dl4jNetwork network) {
    DefaultGradient gradient = new DefaultGradient(network.gradients());
    network
        .layers()
        .forEach(
            (name, layer) -> {
              if (layer.numParams() > 0 && layer.getGradientsViewArray() != null) {
                views(layer)
                    .forEach((key, view) -> gradient.setGradientFor(name + "_" + key, view));
              }
            });
    return gradient;
  }

  private static Map<String, INDArray> views(Layer layer) {
    return layer
        .conf()
        .getLayer()
        .initializer()
        .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
  }
}
