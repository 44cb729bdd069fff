package org.googlenet.averaging;

/**
 * Stands in for a worker's local steps where only what is around them is of interest: it changes
 * every value of the state a little, as its number has it, in some ten milliseconds.
 */
public record StandIn() implements LocalTraining {

  private static final int EXAMPLES = 32;

  @Override
  public WorkerResult train(int worker, TrainingState state) {
    return new WorkerResult(
        worker,
        changed(state.parameters(), worker),
        changed(state.momentum(), worker),
        RoundMetrics.of(EXAMPLES, 1, new double[] {1, 1, 1}, "stand-in"));
  }

  private static float[] changed(float[] values, int worker) {
    float[] changed = new float[values.length];
    float factor = 1 + 1e-3f * (worker + 1);
    for (int i = 0; i < values.length; i++) {
      changed[i] = factor * values[i];
    }
    return changed;
  }
}
