package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.storage.BlockManagerId;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;

/**
 * Where the state that a round starts from lies, piece by piece; and, once a worker has asked for
 * it, the state itself, once for all tasks of an executor.
 *
 * <p>Each piece lies on one of the executors, and all fetch from each other.
 */
final class ClusterStart implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long broadcast;
  private final Pieces pieces;
  private final List<BlockManagerId> places;
  private final Compression format;
  private final int threads;
  private final TrainingState counters;
  private transient TrainingState state;

  /**
   * @param broadcast whose blocks the pieces are
   * @param places of each piece
   * @param threads of a task
   * @param exact the state, of which only the counters are sent
   */
  ClusterStart(
      long broadcast,
      Pieces pieces,
      List<BlockManagerId> places,
      Compression format,
      int threads,
      TrainingState exact) {
    this.broadcast = broadcast;
    this.pieces = pieces;
    this.places = new ArrayList<>(places);
    this.format = format;
    this.threads = threads;
    this.counters = exact.withVectors(new float[0], new float[0]);
  }

  /** The name of a piece among the blocks of its broadcast. */
  static String name(int piece) {
    return "p" + piece;
  }

  /**
   * The state; waits until another task has fetched it, or fetches it.
   *
   * @throws LostBlock if an executor is lost with a piece of it
   */
  synchronized TrainingState state() {
    if (state == null) {
      float[] parameters = new float[pieces.parameters()];
      float[] momentum = new float[pieces.momentum()];
      List<Integer> order = order();
      Threads.share(
          order.size(),
          threads,
          (from, to) -> fetch(order.subList(from, to), parameters, momentum));
      state = counters.withVectors(parameters, momentum);
    }
    return state;
  }

  /** Each executor begins elsewhere, so that they do not all ask the same one. */
  private List<Integer> order() {
    List<Integer> order = new ArrayList<>();
    for (int piece = 0; piece < pieces.count(); piece++) {
      order.add(piece);
    }
    Collections.rotate(order, -Math.max(0, places.indexOf(Blocks.here())));
    return order;
  }

  private void fetch(List<Integer> wanted, float[] parameters, float[] momentum) {
    List<Block> blocks =
        wanted.stream().map(piece -> new Block(broadcast, name(piece), places.get(piece))).toList();
    Blocks.each(
        blocks,
        pieces.bytes(0, format),
        (i, in) -> pieces.unpack(wanted.get(i), in, parameters, momentum, format));
  }
}
