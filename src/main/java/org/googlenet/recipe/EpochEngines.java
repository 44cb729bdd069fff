package org.googlenet.recipe;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.LayerTraining;

/**
 * The engines of a training whose layers are not all trained alike: an engine is made for the
 * layers that its epoch trains, from the one network that checkpoints have.
 */
public final class EpochEngines {

  private final FineTuning fineTuning;
  private final EngineSpec whole;
  private final Map<LayerTraining, EngineSpec> known = new HashMap<>();

  /**
   * @param whole the engine that trains all layers alike
   */
  public EpochEngines(Recipe recipe, EngineSpec whole) {
    this.fineTuning = recipe.fineTuning();
    this.whole = whole;
  }

  /** The engine of an epoch, counted from 0. */
  public EngineSpec in(int epoch) {
    return of(fineTuning.in(epoch));
  }

  /** The engine that trains most, and so needs most memory. */
  public EngineSpec largest() {
    return of(fineTuning.atLast());
  }

  private EngineSpec of(LayerTraining training) {
    return training.equals(LayerTraining.ALIKE)
        ? whole
        : known.computeIfAbsent(training, this::made);
  }

  private EngineSpec made(LayerTraining training) {
    ComputationGraphConfiguration network =
        ComputationGraphConfiguration.fromJson(whole.configuration());
    return whole.withConfiguration(training.in(network).toJson());
  }
}
