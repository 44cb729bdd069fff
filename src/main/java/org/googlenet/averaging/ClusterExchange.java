package org.googlenet.averaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.averaging.Reduction.Reduced;
import org.googlenet.averaging.Results.Report;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.JobProblem;
import org.googlenet.spark.TaskCores;

/**
 * The exchange of a cluster: state and results are cut into pieces that lie where they were made,
 * in Spark's block managers, and each executor sums some of them.
 *
 * <ol>
 *   <li>The state's pieces lie on the executors: those of the last round's mean where they were
 *       summed; others the driver sends, one to each executor in turn. Each worker fetches what its
 *       executor lacks.
 *   <li>A worker keeps its result in its executor, as pieces, and reports where.
 *   <li>One task on each executor fetches its pieces from all workers, adds them in the order of
 *       the workers, and keeps their mean.
 *   <li>The driver fetches the mean.
 * </ol>
 *
 * <p>The results of an executor that is lost are made again, by the same workers, and all pieces
 * are summed again. So a mean is always that of one result of each worker.
 */
final class ClusterExchange implements Exchange {

  /** How often results that were lost are made again. */
  private static final int TIMES = 4;

  /** Threads of the driver that receive a mean. */
  private static final int RECEIVERS = 4;

  private final JavaSparkContext spark;
  private final Compression compression;
  private final int threads;
  private final Map<Integer, BlockManagerId> places = new HashMap<>();
  private Kept kept;

  /** Two vectors that lie on the executors, in pieces, and on the driver. */
  private record Kept(
      float[] parameters,
      float[] momentum,
      Broadcast<?> owner,
      Pieces pieces,
      List<BlockManagerId> places) {

    boolean isOf(TrainingState state) {
      return state.parameters() == parameters && state.momentum() == momentum;
    }
  }

  /** The start of a round as its tasks know it. */
  private record Start(Broadcast<ClusterStart> broadcast) implements RoundStart {

    @Override
    public TrainingState state() {
      return broadcast.value().state();
    }
  }

  ClusterExchange(JavaSparkContext spark, Compression compression) {
    this.spark = spark;
    this.compression = compression;
    this.threads = TaskCores.of(spark);
  }

  @Override
  public Average run(
      TrainingState state, int workers, Function<RoundStart, JavaRDD<WorkerResult>> results) {
    List<BlockManagerId> executors = Blocks.executors();
    int reducers = Math.max(1, Math.min(executors.size(), workers));
    if (kept == null || !kept.isOf(state)) {
      close();
      kept = place(state, executors);
    }
    Broadcast<ClusterStart> broadcast =
        spark.broadcast(
            new ClusterStart(
                kept.owner().id(), kept.pieces(), kept.places(), compression, threads, state));
    Average average;
    try {
      Start start = new Start(broadcast);
      boolean atOnce = workers <= TaskCores.slots(spark);
      Results of = new Results(broadcast.id(), start, compression, reducers, threads, atOnce);
      JavaRDD<Report> reports =
          results.apply(start).mapPartitionsWithIndex((number, in) -> of.keep(number, in), false);
      average = average(state, of, reports, executors);
    } catch (Exception e) {
      Broadcasts.destroyAfterFailure(broadcast);
      close();
      throw e;
    }
    broadcast.destroy();
    return average;
  }

  /** Sends a state that does not lie on the executors yet; the driver keeps all of it. */
  private Kept place(TrainingState state, List<BlockManagerId> executors) {
    Broadcast<?> owner = spark.broadcast(0);
    Pieces pieces =
        Pieces.of(
            state.parameters().length,
            state.momentum().length,
            Math.max(1, executors.size()),
            threads);
    BlockManagerId[] places = new BlockManagerId[pieces.count()];
    Threads.share(
        places.length,
        RECEIVERS,
        (from, to) -> {
          for (int piece = from; piece < to; piece++) {
            ByteBuffer bytes =
                pieces.pack(piece, state.parameters(), state.momentum(), compression);
            places[piece] = send(owner.id(), piece, bytes.duplicate(), executors);
            keepHere(owner.id(), piece, bytes);
          }
        });
    return new Kept(state.parameters(), state.momentum(), owner, pieces, Arrays.asList(places));
  }

  /** Sends a piece to one of the executors; null if that is not possible. */
  private static BlockManagerId send(
      long broadcast, int piece, ByteBuffer bytes, List<BlockManagerId> executors) {
    if (executors.isEmpty()) {
      return null;
    }
    BlockManagerId place = executors.get(piece % executors.size());
    try {
      Blocks.send(new Block(broadcast, ClusterStart.name(piece), place), bytes);
      return place;
    } catch (IOException e) {
      return null; // it is lost, or busy: workers will find the driver's
    }
  }

  private static void keepHere(long broadcast, int piece, ByteBuffer bytes) {
    Blocks.put(
        broadcast, ClusterStart.name(piece), bytes, StorageLevel.MEMORY_AND_DISK_SER(), true);
  }

  /** Trains, sums and receives, until nothing was lost on the way. */
  private Average average(
      TrainingState state, Results of, JavaRDD<Report> workers, List<BlockManagerId> executors) {
    Map<Integer, Report> reports = new TreeMap<>();
    Set<Integer> missing = all(workers);
    for (int time = 1; time <= TIMES; time++) {
      Exchange.describe(spark, state, "training");
      train(workers, missing, reports);
      RoundMetrics metrics =
          reports.values().stream()
              .map(Report::metrics)
              .reduce(RoundMetrics.NONE, RoundMetrics::plus);
      List<Report> trained =
          reports.values().stream().filter(report -> report.metrics().examples() > 0).toList();
      if (trained.isEmpty()) {
        return new Average(new float[0], new float[0], metrics);
      }
      Broadcast<Reduction> mean =
          spark.broadcast(
              new Reduction(of.broadcast(), trained, of.reducers(), compression, threads));
      Exchange.describe(spark, state, "averaging");
      List<Reduced> reduced = reduce(mean, executors);
      missing = lost(reduced, reports);
      if (missing.isEmpty()) {
        Optional<Average> average = receive(mean, reduced, metrics);
        if (average.isPresent()) {
          return average.get();
        }
      }
      mean.destroy();
    }
    throw JobProblem.executorLost("with it workers' results, " + TIMES + " times", null);
  }

  private static Set<Integer> all(JavaRDD<?> partitions) {
    return IntStream.range(0, partitions.getNumPartitions()).boxed().collect(Collectors.toSet());
  }

  private void train(JavaRDD<Report> workers, Set<Integer> partitions, Map<Integer, Report> into) {
    if (partitions.isEmpty()) {
      return;
    }
    int[] numbers = partitions.stream().mapToInt(Integer::intValue).sorted().toArray();
    for (List<Report> reports : workers.collectPartitions(numbers)) {
      reports.forEach(report -> into.put(report.worker(), report));
    }
    into.values().forEach(report -> places.put(report.worker(), report.place()));
  }

  private List<Reduced> reduce(Broadcast<Reduction> mean, List<BlockManagerId> executors) {
    return Blocks.numbers(
            spark,
            mean.value().reducers(),
            reducer -> executors.isEmpty() ? Optional.empty() : Optional.of(executors.get(reducer)))
        .map(reducer -> mean.value().reduce(reducer, mean.id()))
        .collect();
  }

  /** The partitions that have to be made again. */
  private static Set<Integer> lost(List<Reduced> reduced, Map<Integer, Report> reports) {
    return reduced.stream()
        .flatMap(one -> one.lost().stream())
        .map(worker -> reports.get(worker).partition())
        .collect(Collectors.toSet());
  }

  /** Fetches the mean; empty if an executor was lost with a part of it. */
  private Optional<Average> receive(
      Broadcast<Reduction> mean, List<Reduced> reduced, RoundMetrics metrics) {
    close(); // all workers have trained from the state that was kept so far
    Pieces pieces = mean.value().pieces();
    List<Block> blocks = new ArrayList<>();
    for (int piece = 0; piece < pieces.count(); piece++) {
      BlockManagerId place = reduced.get(pieces.owner(piece, reduced.size())).place();
      blocks.add(new Block(mean.id(), ClusterStart.name(piece), place));
    }
    float[] parameters = new float[pieces.parameters()];
    float[] momentum = new float[pieces.momentum()];
    boolean keeps = compression == Compression.NONE;
    try {
      Threads.share(
          blocks.size(),
          RECEIVERS,
          (from, to) ->
              Blocks.each(
                  blocks.subList(from, to),
                  pieces.bytes(0, Compression.NONE),
                  (i, in) -> {
                    byte[] bytes = new byte[pieces.bytes(from + i, Compression.NONE)];
                    in.readNBytes(bytes, 0, bytes.length);
                    pieces.unpack(
                        from + i,
                        new ByteArrayInputStream(bytes),
                        parameters,
                        momentum,
                        Compression.NONE);
                    if (keeps) {
                      keepHere(mean.id(), from + i, ByteBuffer.wrap(bytes));
                    }
                  }));
    } catch (LostBlock e) {
      return Optional.empty();
    }
    if (keeps) {
      kept =
          new Kept(parameters, momentum, mean, pieces, blocks.stream().map(Block::place).toList());
    } else {
      mean.destroy();
    }
    return Optional.of(new Average(parameters, momentum, metrics));
  }

  @Override
  public Optional<BlockManagerId> place(int worker) {
    return Optional.ofNullable(places.get(worker));
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.owner().destroy();
      kept = null;
    }
  }
}
