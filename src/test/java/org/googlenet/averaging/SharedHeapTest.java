package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.googlenet.LocalSpark;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Test;

/** What the exchange of a local Spark leaves behind. */
class SharedHeapTest {

  private static final TrainingState STATE =
      TrainingState.beginning(new float[] {1}, new float[] {2}, 0);

  @Test
  void aRoundIsForgottenAlsoWhenAWorkerFails() {
    LocalTraining counting =
        (worker, start) ->
            new WorkerResult(
                worker,
                new float[] {SharedHeap.running()},
                new float[1],
                RoundMetrics.of(1, 1, new double[1], "A"));
    LocalTraining failing =
        (worker, start) -> {
          throw new IllegalStateException("worker failed");
        };

    try (Averager averager = new Averager(LocalSpark.context(), Compression.NONE)) {
      assertThat(averager.average(STATE, 2, counting).parameters()).containsExactly(1);
      assertThat(SharedHeap.running()).isZero();
      assertThatThrownBy(() -> averager.average(STATE, 2, failing))
          .hasRootCauseMessage("worker failed");
      assertThat(SharedHeap.running()).isZero();
    }
  }
}
