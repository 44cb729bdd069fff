package org.googlenet.averaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.averaging.ClusterExchange.Kept;
import org.googlenet.averaging.Reduction.Reduced;
import org.googlenet.averaging.Results.Report;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.JobProblem;
import org.googlenet.spark.JobText;

/**
 * One round of a {@link ClusterExchange}, as the driver goes through it: train, sum, receive, and
 * again whatever an executor has taken with it when it was lost.
 */
final class ClusterRound {

  /** How often it is tried. */
  private static final int TIMES = 4;

  private final ClusterExchange exchange;
  private final JavaSparkContext spark;
  private final TrainingState state;
  private final Function<RoundStart, JavaRDD<WorkerResult>> results;
  private final Settings settings;

  private final Map<Integer, List<Report>> byPartition = new TreeMap<>();
  private final List<Broadcast<?>> broadcasts = new ArrayList<>();
  private final List<JavaRDD<?>> cached = new ArrayList<>();
  private int partitions = -1;
  private long trained;

  /**
   * What does not change from try to try.
   *
   * @param executors when the round began
   * @param reducers that sum the results
   * @param threads of a task
   * @param atOnce whether all workers run at the same time
   */
  record Settings(
      List<BlockManagerId> executors,
      int reducers,
      Compression compression,
      int threads,
      boolean atOnce) {}

  /** The start of a round as its tasks know it. */
  private record Start(Broadcast<ClusterStart> broadcast) implements RoundStart {

    @Override
    public TrainingState state() {
      return broadcast.value().state();
    }
  }

  ClusterRound(
      ClusterExchange exchange,
      JavaSparkContext spark,
      TrainingState state,
      Function<RoundStart, JavaRDD<WorkerResult>> results,
      Settings settings) {
    this.exchange = exchange;
    this.spark = spark;
    this.state = state;
    this.results = results;
    this.settings = settings;
  }

  Average run() {
    long begun = System.nanoTime();
    try {
      Average average = average();
      average = average.took(begun, Math.max(begun, trained));
      cached.forEach(reports -> reports.unpersist(false));
      broadcasts.forEach(Broadcast::destroy);
      return average;
    } catch (Exception e) {
      // What is cached goes with its RDD: Spark may be about to stop.
      broadcasts.forEach(Broadcasts::destroyAfterFailure);
      throw e;
    }
  }

  private Average average() {
    for (int time = 1; time <= TIMES; time++) {
      Optional<Average> average = attempt();
      if (average.isPresent()) {
        return average.get();
      }
      if (time < TIMES) {
        pause(time);
      }
    }
    throw JobProblem.executorLost(
        "in each of " + TIMES + " tries one of those that had a part of the round");
  }

  /** Lets Spark notice that an executor is lost, and start another. */
  private static void pause(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted after an executor was lost");
    }
  }

  /** Trains whom no result is there of, and sums; empty if something was lost. */
  private Optional<Average> attempt() {
    if (byPartition.size() != partitions) {
      train();
      if (forget(Report::lacksStart)) {
        return Optional.empty();
      }
    }
    List<Report> reports = inOrder();
    RoundMetrics metrics =
        reports.stream().map(Report::metrics).reduce(RoundMetrics.NONE, RoundMetrics::plus);
    List<Report> trained =
        reports.stream().filter(report -> report.metrics().examples() > 0).toList();
    if (trained.isEmpty()) {
      return Optional.of(new Average(new float[0], new float[0], metrics));
    }
    Broadcast<Integer> mean = spark.broadcast(0);
    broadcasts.add(mean);
    Reduction reduction =
        new Reduction(
            mean.id(), trained, settings.reducers(), settings.compression(), settings.threads());
    CompletableFuture<Average> room = CompletableFuture.supplyAsync(() -> room(reduction, metrics));
    List<Reduced> reduced = JobText.during(spark, "sum", () -> reduce(reduction));
    Set<BlockManagerId> lost = new HashSet<>();
    reduced.forEach(one -> lost.addAll(one.lost()));
    return forget(report -> lost.contains(report.place()))
        ? Optional.empty()
        : receive(mean, reduction.pieces(), reduced, room.join());
  }

  private void train() {
    Kept kept = exchange.keep(state, Blocks.executors());
    Broadcast<ClusterStart> broadcast =
        spark.broadcast(kept.start(settings.compression(), settings.threads(), state));
    broadcasts.add(broadcast);
    Start start = new Start(broadcast);
    Results of =
        new Results(
            broadcast.id(),
            start,
            settings.compression(),
            settings.reducers(),
            settings.threads(),
            settings.atOnce());
    JavaRDD<Report> workers =
        results.apply(start).mapPartitionsWithIndex((number, in) -> of.keep(number, in), false);
    partitions = workers.getNumPartitions();
    int[] missing =
        IntStream.range(0, partitions).filter(number -> !byPartition.containsKey(number)).toArray();
    // With dynamic allocation an executor is not idle while it has a part of a cached RDD: its
    // workers' results must wait for those of others.
    workers.persist(StorageLevel.MEMORY_ONLY());
    cached.add(workers);
    workers.setName("results of round " + (state.round() + 1));
    List<Report>[] reports =
        JobText.during(
            spark, Exchange.training(partitions), () -> workers.collectPartitions(missing));
    for (int i = 0; i < missing.length; i++) {
      byPartition.put(missing[i], reports[i]);
    }
    exchange.note(inOrder());
    trained = System.nanoTime();
  }

  /** Forgets the partitions with such a report; returns whether there are any. */
  private boolean forget(Predicate<Report> such) {
    boolean any = byPartition.values().removeIf(reports -> reports.stream().anyMatch(such));
    if (any) {
      exchange.close(); // with an executor a part of the state was lost, too
    }
    return any;
  }

  private List<Report> inOrder() {
    return byPartition.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingInt(Report::worker))
        .toList();
  }

  /** An average to be filled in. */
  private static Average room(Reduction reduction, RoundMetrics metrics) {
    return new Average(
        new float[reduction.pieces().parameters()],
        new float[reduction.pieces().momentum()],
        metrics);
  }

  private List<Reduced> reduce(Reduction reduction) {
    List<BlockManagerId> executors = settings.executors();
    return Blocks.numbers(
            spark,
            settings.reducers(),
            reducer -> executors.isEmpty() ? Optional.empty() : Optional.of(executors.get(reducer)))
        .map(reduction::reduce)
        .collect();
  }

  /** Fetches the mean; empty if a part of it was lost. */
  private Optional<Average> receive(
      Broadcast<?> mean, Pieces pieces, List<Reduced> reduced, Average into) {
    exchange.close(); // all workers have trained from the state that was kept so far
    List<Block> blocks = new ArrayList<>();
    for (int piece = 0; piece < pieces.count(); piece++) {
      BlockManagerId place = reduced.get(pieces.owner(piece, reduced.size())).place();
      blocks.add(new Block(mean.id(), ClusterStart.name(piece), place));
    }
    float[] parameters = into.parameters();
    float[] momentum = into.momentum();
    try {
      Threads.share(
          blocks.size(),
          ClusterExchange.DRIVER_THREADS,
          (from, to) ->
              Blocks.each(
                  blocks.subList(from, to),
                  pieces.bytes(0, Compression.NONE),
                  (i, in) -> pieces.unpack(from + i, in, parameters, momentum, Compression.NONE)));
    } catch (LostBlock e) {
      return Optional.empty();
    }
    broadcasts.remove(mean);
    exchange.keep(
        new Kept(parameters, momentum, mean, pieces, blocks.stream().map(Block::place).toList()));
    return Optional.of(into);
  }
}
