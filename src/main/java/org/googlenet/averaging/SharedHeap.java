package org.googlenet.averaging;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.googlenet.common.Span;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.JobText;
import org.googlenet.spark.TaskCores;

/**
 * The exchange of a local Spark: driver and workers share one heap, so the vectors stay where they
 * are and nothing travels.
 */
final class SharedHeap implements Exchange {

  /** The running rounds of this JVM, which Spark's tasks can find by number only. */
  private static final Map<Long, Running> ROUNDS = new ConcurrentHashMap<>();

  private static final AtomicLong NEXT = new AtomicLong();

  private final JavaSparkContext spark;
  private final Compression compression;

  SharedHeap(JavaSparkContext spark, Compression compression) {
    this.spark = spark;
    this.compression = compression;
  }

  /** How many rounds run in this JVM. */
  static int running() {
    return ROUNDS.size();
  }

  @Override
  public Average run(
      TrainingState state, int workers, Function<RoundStart, JavaRDD<WorkerResult>> results) {
    long round = NEXT.incrementAndGet();
    Running running = new Running(state.rounded(compression), TaskCores.slots(spark), compression);
    ROUNDS.put(round, running);
    long begun = System.nanoTime();
    try {
      JobText.during(
          spark,
          Exchange.training(workers),
          () -> {
            try (Span span = Span.of("workers")) {
              results.apply(new Start(round)).foreach(result -> of(round).add(result));
            }
            return null;
          });
      long trained = System.nanoTime();
      try (Span span = Span.of("sum")) {
        return running.average().took(begun, trained);
      }
    } finally {
      ROUNDS.remove(round);
    }
  }

  @Override
  public Optional<BlockManagerId> place(int worker) {
    return Optional.empty();
  }

  @Override
  public void close() {}

  private record Start(long round) implements RoundStart {

    @Override
    public TrainingState state() {
      return of(round).start;
    }
  }

  /** A running round; a task of one that has failed meanwhile ends quietly. */
  private static Running of(long round) {
    Running running = ROUNDS.get(round);
    if (running == null && TaskContext.get().isInterrupted()) {
      throw new TaskKilledException();
    }
    if (running == null) {
      throw new IllegalStateException(
          "round " + round + " is not one of this JVM and class loader");
    }
    return running;
  }

  /**
   * A round with the results that have come so far. If there are more than tasks, those whose turn
   * it is are added up, so that no more need be held than wait for a slower one before them.
   */
  private static final class Running {

    private final TrainingState start;
    private final int most;
    private final Compression compression;
    private final TreeMap<Integer, WorkerResult> held = new TreeMap<>();
    private RoundMetrics metrics = RoundMetrics.NONE;
    private double[] parameters = {};
    private double[] momentum = {};
    private int next;

    Running(TrainingState start, int most, Compression compression) {
      this.start = start;
      this.most = most;
      this.compression = compression;
    }

    /** A worker's result; only the first of each counts. */
    synchronized void add(WorkerResult result) {
      if (result.worker() < next) {
        return;
      }
      held.putIfAbsent(result.worker(), sent(result));
      while (held.size() > most && held.containsKey(next)) {
        fold(held.remove(next));
        next++;
      }
    }

    /** A result as it would arrive. */
    private WorkerResult sent(WorkerResult result) {
      return compression == Compression.NONE ? result : result.since(start).rounded(compression);
    }

    private void fold(WorkerResult result) {
      metrics = metrics.plus(result.metrics());
      long weight = result.metrics().examples();
      if (weight == 0) {
        return;
      }
      if (parameters.length + momentum.length == 0) {
        parameters = new double[result.parameters().length];
        momentum = new double[result.momentum().length];
      }
      Sums.add(parameters, 0, result.parameters(), 0, parameters.length, weight);
      Sums.add(momentum, 0, result.momentum(), 0, momentum.length, weight);
    }

    synchronized Average average() {
      RoundMetrics all =
          held.values().stream().map(WorkerResult::metrics).reduce(metrics, RoundMetrics::plus);
      List<WorkerResult> trained =
          held.values().stream().filter(result -> result.metrics().examples() > 0).toList();
      return new Average(
          mean(parameters, trained, WorkerResult::parameters, all.examples()),
          mean(momentum, trained, WorkerResult::momentum, all.examples()),
          all);
    }

    /** Block by block, on all cores, so that the sums stay in the caches. */
    private float[] mean(
        double[] folded,
        List<WorkerResult> rest,
        Function<WorkerResult, float[]> vector,
        long all) {
      int length = rest.isEmpty() ? folded.length : vector.apply(rest.get(0)).length;
      float[] mean = new float[length];
      int blocks = (length + Packing.BLOCK - 1) / Packing.BLOCK;
      Threads.share(
          blocks,
          Runtime.getRuntime().availableProcessors(),
          (first, last) -> {
            double[] sum = new double[Packing.BLOCK];
            for (int block = first; block < last; block++) {
              int from = block * Packing.BLOCK;
              int count = Math.min(Packing.BLOCK, length - from);
              if (folded.length == 0) {
                Arrays.fill(sum, 0);
              } else {
                System.arraycopy(folded, from, sum, 0, count);
              }
              for (WorkerResult result : rest) {
                Sums.add(sum, 0, vector.apply(result), from, count, result.metrics().examples());
              }
              Sums.mean(sum, 0, all, mean, from, count);
            }
          });
      return mean;
    }
  }
}
