package org.googlenet.model;

import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * How the layers of one network are trained differently: some stay as they are, some have another
 * learning rate.
 *
 * <p>It is applied to the configuration that an engine is made of; parameters, their places and
 * their initial values stay those of the network.
 *
 * @param frozen names of the layers that stay as they are
 * @param rates what the learning rate of a layer is multiplied by, each above 0; 1 for the others
 */
public record LayerTraining(Set<String> frozen, Map<String, Double> rates) {

  /** All layers alike. */
  public static final LayerTraining ALIKE = new LayerTraining(Set.of(), Map.of());

  public LayerTraining {
    frozen = Set.copyOf(frozen);
    rates = Map.copyOf(rates);
    rates.forEach(
        (layer, rate) -> {
          if (!(rate > 0 && rate <= Double.MAX_VALUE)) {
            throw new ModelProblem(
                "learningRate.layers: %s: %s: must be a number above 0; freeze what is to stay"
                    .formatted(layer, rate));
          }
        });
  }

  /** Some layers stay as they are, and the others are trained alike. */
  public static LayerTraining freezing(Set<String> layers) {
    return new LayerTraining(layers, Map.of());
  }

  /**
   * A network's configuration with these layers trained like this. A name stands for a vertex of
   * that name and for the batch normalisation {@code name.bn}, unless that is named itself.
   *
   * @param configuration whose layers with another rate have a {@link MomentumSgd} with a {@link
   *     LearningRateSchedule}; it is not changed
   * @throws ModelProblem if a layer that is named does not exist or has no parameters, or cannot be
   *     trained like this
   */
  public ComputationGraphConfiguration in(ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration changed = configuration.clone();
    frozen.forEach(name -> requireLayer(changed, name));
    rates.keySet().forEach(name -> requireLayer(changed, name));
    changed
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex own
                  && own.getLayerConf().getLayer() instanceof BaseLayer layer) {
                own.getLayerConf().setLayer(changed(meant(name), layer));
              }
            });
    return changed;
  }

  /** The name that counts for a vertex: its own, or else that of the layer that it belongs to. */
  private String meant(String vertex) {
    boolean isNamed = frozen.contains(vertex) || rates.containsKey(vertex);
    return isNamed ? vertex : Parts.layer(vertex);
  }

  private static void requireLayer(ComputationGraphConfiguration configuration, String name) {
    if (!(configuration.getVertices().get(name) instanceof LayerVertex vertex)
        || !(vertex.getLayerConf().getLayer() instanceof BaseLayer)) {
      throw new ModelProblem(name + ": the network has no layer of this name with parameters");
    }
  }

  private Layer changed(String name, BaseLayer layer) {
    if (frozen.contains(name)) {
      return frozen(layer);
    }
    Double factor = rates.get(name);
    if (factor != null) {
      layer.setIUpdater(atRate(name, layer, factor));
      layer.setBiasUpdater(null);
    }
    return layer;
  }

  private static Layer frozen(BaseLayer layer) {
    if (layer instanceof BatchNormalization normalisation) {
      return FrozenNormalisation.of(normalisation);
    }
    layer.setIUpdater(new Frozen());
    layer.setBiasUpdater(null);
    layer.setRegularization(new ArrayList<>());
    layer.setRegularizationBias(new ArrayList<>());
    return layer;
  }

  private static MomentumSgd atRate(String name, BaseLayer layer, double factor) {
    if (layer.getIUpdater() instanceof MomentumSgd sgd
        && sgd.schedule() instanceof LearningRateSchedule schedule) {
      return new MomentumSgd(sgd.momentum(), schedule.times(factor), sgd.clipNorm());
    }
    throw new ModelProblem(
        "layer %s: its updater is %s; a rate of its own needs MomentumSgd with a LearningRateSchedule"
            .formatted(name, layer.getIUpdater()));
  }
}
