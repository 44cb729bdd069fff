package org.googlenet.averaging;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;

/**
 * The sum of a round's results on a cluster, of which each reducer makes some pieces.
 *
 * @param broadcast whose blocks the results are
 * @param results those of workers that had examples, in the order of the workers
 * @param compression of the results; the mean is not compressed
 * @param threads of a reducer
 */
record Reduction(
    long broadcast,
    List<Results.Report> results,
    int reducers,
    Compression compression,
    int threads)
    implements Serializable {

  /**
   * What a reducer tells the driver.
   *
   * @param place where its pieces of the mean lie
   * @param lost numbers of the workers whose results it could not get; then there is no mean
   */
  record Reduced(int reducer, BlockManagerId place, Set<Integer> lost) implements Serializable {}

  Pieces pieces() {
    return results.get(0).pieces();
  }

  /**
   * Sums the pieces of a reducer and keeps their mean in this executor; a task calls it.
   *
   * @param mean whose blocks the mean becomes
   */
  Reduced reduce(int reducer, long mean) {
    List<Integer> own = pieces().of(reducer, reducers);
    Set<Integer> lost = new TreeSet<>();
    Threads.share(
        own.size(),
        threads,
        (from, to) -> {
          for (int piece : own.subList(from, to)) {
            try {
              Blocks.put(
                  mean,
                  ClusterStart.name(piece),
                  mean(piece),
                  StorageLevel.MEMORY_AND_DISK_SER(),
                  false);
            } catch (Blocks.LostBlock e) {
              synchronized (lost) {
                lost.add(worker(e.block(), piece));
              }
              return;
            }
          }
        });
    return new Reduced(reducer, Blocks.here(), lost);
  }

  private int worker(Block block, int piece) {
    return results.stream()
        .filter(result -> result.block(broadcast, piece).equals(block))
        .findFirst()
        .orElseThrow()
        .worker();
  }

  private ByteBuffer mean(int piece) {
    Pieces.Part ofParameters = pieces().ofParameters(piece);
    Pieces.Part ofMomentum = pieces().ofMomentum(piece);
    double[] parameters = new double[ofParameters.length()];
    double[] momentum = new double[ofMomentum.length()];
    float[] block = new float[Packing.BLOCK];
    List<Block> blocks = results.stream().map(result -> result.block(broadcast, piece)).toList();
    Blocks.each(
        blocks,
        pieces().bytes(piece, compression),
        (i, in) -> {
          long weight = results.get(i).metrics().examples();
          Packing.Reader reader = new Packing.Reader(in, compression);
          add(reader, parameters, block, weight);
          add(reader, momentum, block, weight);
        });
    long examples = results.stream().mapToLong(result -> result.metrics().examples()).sum();
    ByteBuffer mean = ByteBuffer.allocate(pieces().bytes(piece, Compression.NONE));
    put(parameters, examples, block, mean);
    put(momentum, examples, block, mean);
    return mean.flip();
  }

  private static void add(Packing.Reader reader, double[] sum, float[] block, long weight)
      throws IOException {
    for (int at = 0; at < sum.length; at += block.length) {
      int count = Math.min(block.length, sum.length - at);
      reader.read(block, 0, count);
      Sums.add(sum, at, block, 0, count, weight);
    }
  }

  private static void put(double[] sum, long examples, float[] block, ByteBuffer into) {
    for (int at = 0; at < sum.length; at += block.length) {
      int count = Math.min(block.length, sum.length - at);
      Sums.mean(sum, at, examples, block, 0, count);
      Packing.pack(block, 0, count, Compression.NONE, into);
    }
  }
}
