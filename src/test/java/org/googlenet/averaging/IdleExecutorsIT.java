package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.StandaloneCluster;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds where Spark gives executors back that have been idle for a second. */
@Timeout(300)
class IdleExecutorsIT {

  /**
   * Trains, once both workers run, each on an executor of its own; the second takes several times
   * as long as an executor may be idle.
   *
   * @param folder where each worker writes a line into a file each time it trains
   */
  record OneSlow(String folder) implements LocalTraining {

    @Override
    public WorkerResult train(int worker, TrainingState state) throws Exception {
      Files.writeString(
          Path.of(folder, "worker" + worker),
          "trained\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      while (!Files.exists(Path.of(folder, "worker1"))) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      if (worker == 1) {
        TimeUnit.SECONDS.sleep(8);
      }
      return new Changing().train(worker, state);
    }
  }

  @Tag("slow")
  @Test
  void anExecutorWhoseResultWaitsForASlowerWorkerIsNotGivenBack(@TempDir Path folder)
      throws Exception {
    LocalSpark.stop();
    TrainingState state = TrainingState.beginning(new float[] {1, 2, 3}, new float[] {4, 5, 6}, 0);
    OneSlow training = new OneSlow(folder.toString());
    try (StandaloneCluster cluster = StandaloneCluster.start(2)) {
      JavaSparkContext spark =
          new JavaSparkContext(
              ClusterExchangeIT.settings(cluster)
                  .set("spark.dynamicAllocation.enabled", "true")
                  .set("spark.dynamicAllocation.executorIdleTimeout", "1s"));
      try (Averager averager = new Averager(spark, Compression.NONE)) {
        Average average = averager.average(state, 2, training);

        assertThat(average.parameters())
            .isEqualTo(ReferenceMean.of(state, 2, new Changing(), Compression.NONE).parameters());
        assertThat(folder.resolve("worker0")).hasContent("trained");
        assertThat(folder.resolve("worker1")).hasContent("trained");
      } finally {
        LocalSpark.stop();
      }
    }
  }
}
