package org.googlenet.averaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.googlenet.averaging.Results.Report;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;

/**
 * Sums pieces of all workers' results as they arrive, one piece after the other.
 *
 * <p>Some workers are read side by side, block by block, so that a block's sum stays in the L1
 * cache; only if there are more of them than may be held at once, sums are kept between.
 */
final class PieceSum {

  private final Pieces pieces;
  private final List<Report> results;
  private final Compression compression;
  private final int atOnce;
  private final long examples;
  private final float[] block = new float[Packing.BLOCK];
  private final double[] sums;

  /**
   * @param results in the order of the workers
   * @param atOnce how many results may be held at once
   */
  PieceSum(Pieces pieces, List<Report> results, Compression compression, int atOnce) {
    this.pieces = pieces;
    this.results = results;
    this.compression = compression;
    this.atOnce = atOnce;
    this.examples = results.stream().mapToLong(result -> result.metrics().examples()).sum();
    this.sums = new double[results.size() <= atOnce ? Packing.BLOCK : 2 * pieces.size()];
  }

  /**
   * The mean of a piece, not compressed.
   *
   * @param arrivals the piece of each result, in the order of the workers
   */
  ByteBuffer mean(int piece, Blocks.Arrivals arrivals) throws IOException {
    ByteBuffer mean = ByteBuffer.allocate(pieces.bytes(piece, Compression.NONE));
    for (int from = 0; from < results.size(); from += atOnce) {
      int to = Math.min(from + atOnce, results.size());
      List<Packing.Reader> readers = new ArrayList<>();
      for (int result = from; result < to; result++) {
        readers.add(new Packing.Reader(arrivals.next(), compression));
      }
      int parameters = pieces.ofParameters(piece).length();
      add(readers, from, 0, parameters, mean);
      add(readers, from, parameters, pieces.ofMomentum(piece).length(), mean);
      arrivals.release();
    }
    return mean.flip();
  }

  /**
   * Adds a part of some workers' pieces.
   *
   * @param first number of the first of them
   * @param start where the part's sums are kept
   */
  private void add(List<Packing.Reader> readers, int first, int start, int length, ByteBuffer mean)
      throws IOException {
    boolean kept = readers.size() < results.size();
    for (int done = 0; done < length; done += Packing.BLOCK) {
      int count = Math.min(Packing.BLOCK, length - done);
      int at = kept ? start + done : 0;
      if (first == 0) {
        Arrays.fill(sums, at, at + count, 0);
      }
      for (int i = 0; i < readers.size(); i++) {
        readers.get(i).read(block, 0, count);
        Sums.add(sums, at, block, 0, count, results.get(first + i).metrics().examples());
      }
      if (first + readers.size() == results.size()) {
        Sums.mean(sums, at, examples, block, 0, count);
        Packing.pack(block, 0, count, Compression.NONE, mean);
      }
    }
  }
}
