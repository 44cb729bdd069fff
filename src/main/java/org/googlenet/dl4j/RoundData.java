package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.function.ToIntFunction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.spark.JobFailure;
import scala.Function1;
import scala.Tuple2;

/**
 * The elements of an RDD, distributed once to the rounds and workers that will train on them, in
 * their order.
 *
 * <p>The elements are kept on disk until this is closed, so that each is made only once: making
 * them again might give others.
 */
final class RoundData<T> implements AutoCloseable {

  private final JavaRDD<T> elements;
  private final RoundPartitioner partitioner;
  private final int workers;
  private final JavaPairRDD<Long, T> dealt;

  /**
   * Makes and counts the elements.
   *
   * @param elements an RDD that nobody else persists
   * @param workers workers per round
   * @param share elements per worker in a full round; asked for when the elements are made
   * @throws IllegalArgumentException if there are no elements
   * @throws JobFailure if an element cannot be made
   */
  RoundData(JavaRDD<T> elements, int workers, ToIntFunction<JavaRDD<T>> share) {
    this.elements = elements.persist(StorageLevel.DISK_ONLY());
    this.workers = workers;
    try {
      long count = elements.count();
      if (count == 0) {
        throw new IllegalArgumentException(
            "the RDD has no elements: there is nothing to train on; look at what it is made of");
      }
      this.partitioner = new RoundPartitioner(count, workers, share.applyAsInt(elements));
      this.dealt =
          elements
              .zipWithIndex()
              .mapToPair(Tuple2::swap)
              .repartitionAndSortWithinPartitions(partitioner);
    } catch (Exception e) {
      elements.unpersist(false);
      throw JobFailure.of(e);
    }
  }

  int rounds() {
    return partitioner.rounds();
  }

  /** The elements of a round in their order, with one partition per worker. */
  JavaRDD<T> round(int round) {
    return PartitionPruningRDD.create(dealt.rdd(), partitions(round * workers, workers))
        .toJavaRDD()
        .map(Tuple2::_2);
  }

  /** Selects {@code count} partitions from {@code first} on; serialisable, since Spark sends it. */
  private static Function1<Object, Object> partitions(int first, int count) {
    return (Function1<Object, Object> & Serializable)
        partition -> (Integer) partition >= first && (Integer) partition < first + count;
  }

  @Override
  public void close() {
    elements.unpersist(false);
  }
}
