package org.googlenet.averaging;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;

/**
 * The sum of a round's results on a cluster, of which each reducer makes some pieces.
 *
 * @param mean the broadcast whose blocks the mean becomes
 * @param results those of workers that had examples, in the order of the workers
 * @param compression of the results; the mean is not compressed
 * @param threads of a reducer
 */
record Reduction(
    long mean, List<Results.Report> results, int reducers, Compression compression, int threads)
    implements Serializable {

  /**
   * What a reducer tells the driver.
   *
   * @param place where its pieces of the mean lie
   * @param lost executors that it could not get results from; then there is no mean
   */
  record Reduced(BlockManagerId place, Set<BlockManagerId> lost) implements Serializable {}

  Pieces pieces() {
    return results.get(0).pieces();
  }

  /** Sums the pieces of a reducer and keeps their mean in this executor; a task calls it. */
  Reduced reduce(int reducer) {
    List<Integer> own = pieces().of(reducer, reducers);
    Set<BlockManagerId> lost = ConcurrentHashMap.newKeySet();
    Threads.share(
        own.size(),
        threads,
        (from, to) -> {
          try {
            reduce(own.subList(from, to));
          } catch (LostBlock e) {
            lost.add(e.block().place());
          }
        });
    return new Reduced(Blocks.here(), new HashSet<>(lost));
  }

  /** Sums some pieces, one after the other, while the next ones arrive. */
  private void reduce(List<Integer> some) {
    List<Block> blocks =
        some.stream()
            .flatMap(piece -> results.stream().map(result -> result.block(piece)))
            .toList();
    int size = pieces().bytes(0, compression);
    try (Blocks.Arrivals arrivals = new Blocks.Arrivals(blocks, size)) {
      PieceSum sum = new PieceSum(pieces(), results, compression, Blocks.atOnce(size));
      for (int piece : some) {
        Blocks.put(
            mean,
            ClusterStart.name(piece),
            sum.mean(piece, arrivals),
            StorageLevel.MEMORY_AND_DISK_SER());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
