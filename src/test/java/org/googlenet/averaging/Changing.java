package org.googlenet.averaging;

/** A worker that changes every value in a way of its own, so that an error in any of them shows. */
record Changing() implements LocalTraining {

  @Override
  public WorkerResult train(int worker, TrainingState state) {
    return new WorkerResult(
        worker,
        changed(state.parameters(), worker),
        changed(state.momentum(), 100 + worker),
        RoundMetrics.of(3 + worker, 2, new double[] {worker}, "A"));
  }

  private static float[] changed(float[] values, int by) {
    float[] changed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      changed[i] = values[i] * (1 + by / 7f) + (i % 1000) * 1e-3f * by;
    }
    return changed;
  }
}
