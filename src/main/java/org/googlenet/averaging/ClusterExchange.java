package org.googlenet.averaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.averaging.Results.Report;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.TaskCores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * are summed again; so a mean is always that of one result of each worker. A state of which pieces
 * are lost is sent again.
 */
final class ClusterExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterExchange.class);

  /** Values of a vector in a piece that is sent: an executor keeps it in one chunk. */
  private static final int SENT = 1 << 16;

  /** Threads of the driver that send or receive a state. */
  static final int DRIVER_THREADS = 4;

  private final JavaSparkContext spark;
  private final Compression compression;
  private final int threads;
  private final Map<Integer, BlockManagerId> places = new HashMap<>();
  private Kept kept;

  /**
   * Two vectors whose pieces lie on the executors.
   *
   * @param owner whose blocks they are
   * @param places of each piece
   */
  record Kept(
      float[] parameters,
      float[] momentum,
      Broadcast<?> owner,
      Pieces pieces,
      List<BlockManagerId> places) {

    private boolean isOf(TrainingState state) {
      return state.parameters() == parameters && state.momentum() == momentum;
    }

    private boolean isOn(List<BlockManagerId> executors) {
      return places.stream().allMatch(place -> place.isDriver() || executors.contains(place));
    }

    /** How workers get them. */
    ClusterStart start(Compression format, int threads, TrainingState state) {
      return new ClusterStart(owner.id(), pieces, places, format, threads, state);
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
    ClusterRound.Settings settings =
        new ClusterRound.Settings(
            executors,
            Math.max(1, Math.min(executors.size(), workers)),
            compression,
            threads,
            workers <= TaskCores.slots(spark));
    try {
      return new ClusterRound(this, spark, state, results, settings).run();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Notes where the workers were, no more of them at each place than run there at once: others
   * would wait for it.
   */
  void note(List<Report> reports) {
    int atOnce = TaskCores.slots(spark) / Math.max(1, Blocks.executors().size());
    Map<BlockManagerId, Integer> workers = new HashMap<>();
    places.clear();
    for (Report report : reports) {
      if (workers.merge(report.place(), 1, Integer::sum) <= atOnce) {
        places.put(report.worker(), report.place());
      }
    }
  }

  /**
   * Has a state lie on the executors: sends it, unless it is the last mean, which does already.
   *
   * @param executors that are there
   */
  Kept keep(TrainingState state, List<BlockManagerId> executors) {
    if (kept == null || !kept.isOf(state) || !kept.isOn(executors)) {
      close();
      kept = send(state, executors);
    }
    return kept;
  }

  /**
   * Lets a mean lie where it was summed, for the next round. With compression nobody can use it:
   * the workers start from rounded values.
   */
  void keep(Kept mean) {
    if (compression == Compression.NONE) {
      kept = mean;
    } else {
      mean.owner().destroy();
    }
  }

  private Kept send(TrainingState state, List<BlockManagerId> executors) {
    Broadcast<?> owner = spark.broadcast(0);
    int owners = Math.max(1, executors.size());
    int length = Math.max(state.parameters().length, state.momentum().length);
    Pieces pieces =
        Pieces.of(
            state.parameters().length,
            state.momentum().length,
            owners,
            Math.max(threads, length / SENT / owners));
    Set<BlockManagerId> failed = ConcurrentHashMap.newKeySet();
    BlockManagerId[] to = new BlockManagerId[pieces.count()];
    Threads.share(
        to.length,
        DRIVER_THREADS,
        (from, end) -> {
          for (int piece = from; piece < end; piece++) {
            ByteBuffer bytes =
                pieces.pack(piece, state.parameters(), state.momentum(), compression);
            to[piece] = send(owner.id(), piece, bytes, executors, failed);
          }
        });
    return new Kept(state.parameters(), state.momentum(), owner, pieces, Arrays.asList(to));
  }

  /** Sends a piece to one of the executors, or keeps it here if that is not possible. */
  private static BlockManagerId send(
      long broadcast,
      int piece,
      ByteBuffer bytes,
      List<BlockManagerId> executors,
      Set<BlockManagerId> failed) {
    BlockManagerId place =
        executors.isEmpty() ? Blocks.here() : executors.get(piece % executors.size());
    if (!place.isDriver() && !failed.contains(place)) {
      try {
        Blocks.send(new Block(broadcast, ClusterStart.name(piece), place), bytes.duplicate());
        return place;
      } catch (IOException e) {
        LOG.info("{}; the driver keeps it", e.getMessage());
        failed.add(place);
      }
    }
    Blocks.put(broadcast, ClusterStart.name(piece), bytes, StorageLevel.MEMORY_AND_DISK_SER());
    return Blocks.here();
  }

  @Override
  public Optional<BlockManagerId> place(int worker) {
    return Optional.ofNullable(places.get(worker));
  }

  @Override
  public void close() {
    if (kept != null) {
      Broadcasts.destroyAtLast(kept.owner());
      kept = null;
    }
  }
}
