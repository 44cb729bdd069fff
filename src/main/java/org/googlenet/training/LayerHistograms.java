package org.googlenet.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.TrainingState;
import org.googlenet.model.ParameterLayout;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Histogram;
import org.googlenet.report.TrainingEvent.Weights;

/** Says how the weights of each layer, and their momentum, are spread, where the recipe asks. */
final class LayerHistograms {

  private LayerHistograms() {}

  /** Whether the recipe asks for histograms of a state. */
  static boolean areDue(Recipe recipe, RoundPlan plan, TrainingState state) {
    int every = recipe.report().histograms();
    return every > 0 && plan.isDue(state.round(), every);
  }

  /** The histograms of a state's layers, without their biases. */
  static Weights of(TrainingState state, ParameterLayout layout) {
    Map<String, Weights.Layer> layers = new LinkedHashMap<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.kind() == ParameterLayout.Kind.WEIGHT && entry.trained()) {
        layers.put(
            entry.vertex(),
            new Weights.Layer(
                histogram(state.parameters(), entry), histogram(state.momentum(), entry)));
      }
    }
    return new Weights(state.round(), state.step(), layers);
  }

  private static Histogram histogram(float[] flat, ParameterLayout.Entry entry) {
    return Histogram.of(flat, entry.range().from(), entry.range().to());
  }
}
