package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.StandaloneCluster;
import org.googlenet.TestClasses;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rounds of averaging between the executors of a real standalone cluster, held to the bits of a
 * mean that is computed here, value by value.
 */
@Timeout(600)
class ClusterExchangeIT {

  /** Some pieces of each vector, and of unequal lengths. */
  private static final int LENGTH = 2 * (1 << 15) + 777;

  private static StandaloneCluster cluster;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    LocalSpark.stop();
    cluster = StandaloneCluster.start(2);
    spark = new JavaSparkContext(settings(cluster));
    await(() -> spark.sc().getExecutorMemoryStatus().size(), 3);
  }

  static SparkConf settings(StandaloneCluster cluster) {
    return new SparkConf()
        .setMaster(cluster.masterUrl())
        .setAppName("rounds")
        .set("spark.executor.memory", "1g")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set(
            "spark.executor.extraClassPath",
            System.getProperty("job.jar") + File.pathSeparator + TestClasses.folder());
  }

  @AfterAll
  static void stop() {
    LocalSpark.stop();
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"2, NONE", "5, NONE", "1, NONE", "3, BF16", "2, FP16"})
  void theMeanHasTheBitsOfASumInTheOrderOfTheWorkersRoundAfterRound(
      int workers, Compression compression) {
    try (Averager averager = new Averager(spark, compression)) {
      TrainingState state = beginning();
      for (int round = 0; round < 3; round++) {
        Average average = averager.average(state, workers, new Changing());

        Average expected = ReferenceMean.of(state, workers, new Changing(), compression);
        assertThat(average.parameters()).isEqualTo(expected.parameters());
        assertThat(average.momentum()).isEqualTo(expected.momentum());
        assertThat(average.metrics().losses()).isEqualTo(expected.metrics().losses());
        assertThat(average.metrics().examples()).isEqualTo(expected.metrics().examples());
        state = state.after(average, 2, OuterOptimizer.AVERAGE, 1);
      }
    }
  }

  @Test
  void aStateThatWasChangedByTheDriverIsTheOneThatTheWorkersGet() {
    try (Averager averager = new Averager(spark, Compression.NONE)) {
      Average first = averager.average(beginning(), 2, new Changing());
      float[] other = first.parameters().clone();
      other[LENGTH - 1] = 42;
      TrainingState state = TrainingState.beginning(other, first.momentum(), 0);

      Average average = averager.average(state, 2, new Changing());

      assertThat(average.parameters())
          .isEqualTo(ReferenceMean.of(state, 2, new Changing(), Compression.NONE).parameters());
    }
  }

  @Test
  void vectorsOfUnequalLengthsAndEmptyOnesTravelToo() {
    for (int[] lengths : new int[][] {{10, 0}, {3, 90_000}, {1, 1}}) {
      TrainingState state = TrainingState.beginning(values(lengths[0]), values(lengths[1]), 0);
      try (Averager averager = new Averager(spark, Compression.FP16)) {
        Average average = averager.average(state, 2, new Changing());
        Average expected = ReferenceMean.of(state, 2, new Changing(), Compression.FP16);
        assertThat(average.parameters()).isEqualTo(expected.parameters());
        assertThat(average.momentum()).isEqualTo(expected.momentum());
      }
    }
  }

  /** The pieces that an executor has summed are gone with it; the driver sends the state anew. */
  @Tag("slow")
  @Test
  void anExecutorThatIsLostBetweenTwoRoundsChangesNoBit() {
    try (Averager averager = new Averager(spark, Compression.NONE)) {
      TrainingState state = beginning();
      state = state.after(averager.average(state, 2, new Changing()), 2, OuterOptimizer.AVERAGE, 1);
      cluster.killExecutor(cluster.executors().keySet().iterator().next());

      Average average = averager.average(state, 2, new Changing());

      assertThat(average.parameters())
          .isEqualTo(ReferenceMean.of(state, 2, new Changing(), Compression.NONE).parameters());
    }
    await(() -> spark.sc().getExecutorMemoryStatus().size(), 3);
  }

  /**
   * Trains; the last worker only after a file says so.
   *
   * @param folder where each worker leaves a file with the number of its executor, and where the
   *     one for the last worker appears
   */
  record Waiting(String folder, int last) implements LocalTraining {

    @Override
    public WorkerResult train(int worker, TrainingState state) throws Exception {
      Path mine = Path.of(folder, "worker" + worker);
      if (worker == last && !Files.exists(mine)) {
        Files.writeString(mine, SparkEnv.get().executorId());
        while (!Files.exists(Path.of(folder, "go"))) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      WorkerResult result = new Changing().train(worker, state);
      Files.writeString(mine, SparkEnv.get().executorId());
      return result;
    }
  }

  @Tag("slow")
  @Test
  void allResultsOfALostExecutorAreMadeAgain(@TempDir Path folder) throws Exception {
    int workers = 11;
    Waiting training = new Waiting(folder.toString(), workers - 1);
    CompletableFuture<Void> killing =
        CompletableFuture.runAsync(
            () -> {
              awaitTrue(() -> folder.toFile().list().length == workers);
              String waiting = read(folder.resolve("worker" + (workers - 1)));
              String other =
                  cluster.executors().keySet().stream()
                      .filter(id -> !id.equals(waiting))
                      .findFirst()
                      .orElseThrow();
              cluster.killExecutor(other);
              awaitTrue(() -> !cluster.executors().containsKey(other));
              folder.resolve("go").toFile().mkdir();
            });
    TrainingState state = beginning();

    Average average;
    try (Averager averager = new Averager(spark, Compression.NONE)) {
      average = averager.average(state, workers, training);
    }

    killing.get(1, TimeUnit.MINUTES);
    Average expected = ReferenceMean.of(state, workers, new Changing(), Compression.NONE);
    assertThat(average.parameters()).isEqualTo(expected.parameters());
    assertThat(average.metrics().examples()).isEqualTo(expected.metrics().examples());
    await(() -> spark.sc().getExecutorMemoryStatus().size(), 3);
  }

  record Failing() implements LocalTraining {

    @Override
    public WorkerResult train(int worker, TrainingState state) {
      if (worker == 1) {
        throw new IllegalStateException("worker failed");
      }
      return new Changing().train(worker, state);
    }
  }

  @Tag("slow")
  @Test
  void afterAFailedRoundAndAfterTheLastNothingIsLeftOnAnyProcess() {
    long before = used();
    try (Averager averager = new Averager(spark, Compression.NONE)) {
      TrainingState state = beginning();
      List<Long> afterEach = new ArrayList<>();
      for (int round = 0; round < 6; round++) {
        Average average = averager.average(state, 3, new Changing());
        state = state.after(average, 2, OuterOptimizer.AVERAGE, 1);
        awaitQuiet();
        afterEach.add(used());
      }
      assertThat(afterEach.get(5)).isLessThanOrEqualTo(afterEach.get(1) + (64 << 10));
      TrainingState last = state;
      assertThatThrownBy(() -> averager.average(last, 2, new Failing()))
          .hasRootCauseMessage("worker failed");
    }
    await(() -> used() <= before + (64 << 10) ? 1 : 0, 1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitTrue(BooleanSupplier condition) {
    await(() -> condition.getAsBoolean() ? 1 : 0, 1);
  }

  /** Bytes of memory that the blocks of all processes take. */
  private static long used() {
    return scala.collection.JavaConverters.mapAsJavaMap(spark.sc().getExecutorMemoryStatus())
        .values()
        .stream()
        .mapToLong(memory -> (Long) memory._1() - (Long) memory._2())
        .sum();
  }

  private static void awaitQuiet() {
    long[] last = {-1};
    await(
        () -> {
          System.gc(); // Spark forgets the code of old tasks when the driver's garbage is collected
          long now = used();
          boolean same = now == last[0];
          last[0] = now;
          return same ? 1 : 0;
        },
        1);
  }

  private static void await(LongSupplier value, long wanted) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (value.getAsLong() != wanted) {
      assertThat(System.nanoTime())
          .as("%d is not %d", value.getAsLong(), wanted)
          .isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(300);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static TrainingState beginning() {
    return TrainingState.beginning(values(LENGTH), values(LENGTH), 0);
  }

  private static float[] values(int length) {
    java.util.Random random = new java.util.Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6) - 3));
    }
    return values;
  }
}
