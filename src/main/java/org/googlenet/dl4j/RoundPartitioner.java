package org.googlenet.dl4j;

import org.apache.spark.Partitioner;

/**
 * Assigns the elements of an RDD, by their index, to rounds and workers: one partition per worker
 * of each round, in this order.
 *
 * <p>A round has {@code workers * localSteps} consecutive elements, and each worker an even share
 * of them; the last round is shorter, and a worker may not have any element in it.
 */
final class RoundPartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final long elements;
  private final int workers;
  private final long roundElements;

  /**
   * @param elements number of elements in total
   * @param workers workers per round
   * @param localSteps elements per worker in a full round
   */
  RoundPartitioner(long elements, int workers, int localSteps) {
    this.elements = elements;
    this.workers = workers;
    this.roundElements = Math.multiplyExact((long) workers, localSteps);
  }

  int rounds() {
    return Math.toIntExact((elements + roundElements - 1) / roundElements);
  }

  @Override
  public int numPartitions() {
    return Math.multiplyExact(rounds(), workers);
  }

  /**
   * @param key the element's index, a {@code Long} from 0
   */
  @Override
  public int getPartition(Object key) {
    long element = (Long) key;
    long round = element / roundElements;
    long first = round * roundElements;
    long ofRound = Math.min(roundElements, elements - first);
    return Math.toIntExact(round * workers + worker(element - first, ofRound));
  }

  /**
   * The largest worker whose share, which starts at {@code ofRound * worker / workers}, contains
   * the element.
   */
  private long worker(long element, long ofRound) {
    return ((element + 1) * workers - 1) / ofRound;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoundPartitioner partitioner
        && elements == partitioner.elements
        && workers == partitioner.workers
        && roundElements == partitioner.roundElements;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(elements * 31 + roundElements) * 31 + workers;
  }
}
