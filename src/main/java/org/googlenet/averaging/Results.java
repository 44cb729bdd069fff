package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;

/**
 * Where the workers of a cluster keep their results: as blocks in the executors that made them,
 * piece by piece, until all are summed.
 *
 * @param broadcast whose blocks they are
 * @param start what the workers start from
 * @param compression of the results
 * @param reducers that sum the pieces
 * @param threads of a reducer
 * @param atOnce whether all workers run at once; if not, an executor keeps many results, on disk
 */
record Results(
    long broadcast,
    RoundStart start,
    Compression compression,
    int reducers,
    int threads,
    boolean atOnce)
    implements Serializable {

  /**
   * What a worker tells the driver about its result.
   *
   * @param broadcast whose blocks its pieces are
   * @param attempt of the task, since another attempt's result may differ
   * @param pieces of the result; null if the worker could not get what it starts from
   */
  record Report(
      int worker,
      long broadcast,
      long attempt,
      BlockManagerId place,
      Pieces pieces,
      RoundMetrics metrics)
      implements Serializable {

    /** Whether there is no result, since a part of the round's start was lost. */
    boolean lacksStart() {
      return pieces == null;
    }

    /** Where a piece of the result lies. */
    Block block(int piece) {
      return new Block(broadcast, name(worker, attempt, piece), place);
    }
  }

  /** Keeps the results of a partition in this executor; a task calls it. */
  Iterator<Report> keep(int partition, Iterator<WorkerResult> results) {
    List<Report> reports = new ArrayList<>();
    try {
      results.forEachRemaining(result -> reports.add(keep(result)));
    } catch (LostBlock e) {
      reports.add(new Report(partition, broadcast, 0, Blocks.here(), null, RoundMetrics.NONE));
    }
    return reports.iterator();
  }

  private Report keep(WorkerResult result) {
    TaskContext task = TaskContext.get();
    long attempt = task.taskAttemptId();
    if (task.isInterrupted()) {
      throw new TaskKilledException(); // nobody would remove what it keeps
    }
    WorkerResult sent =
        compression == Compression.NONE || result.parameters().length == 0
            ? result
            : result.since(start.state());
    float[] parameters = sent.parameters();
    float[] momentum = sent.momentum();
    Pieces pieces = Pieces.of(parameters.length, momentum.length, reducers, threads);
    StorageLevel level = atOnce ? StorageLevel.MEMORY_AND_DISK_SER() : StorageLevel.DISK_ONLY();
    Threads.share(
        pieces.count(),
        threads,
        (from, to) -> {
          for (int piece = from; piece < to; piece++) {
            Blocks.put(
                broadcast,
                name(result.worker(), attempt, piece),
                pieces.pack(piece, parameters, momentum, compression),
                level);
          }
        });
    Report report =
        new Report(result.worker(), broadcast, attempt, Blocks.here(), pieces, result.metrics());
    if (task.isInterrupted()) {
      for (int piece = 0; piece < pieces.count(); piece++) {
        Blocks.remove(report.block(piece));
      }
      throw new TaskKilledException();
    }
    return report;
  }

  private static String name(int worker, long attempt, int piece) {
    return "w" + worker + "_" + attempt + "_" + piece;
  }
}
