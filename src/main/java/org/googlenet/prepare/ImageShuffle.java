package org.googlenet.prepare;

import java.util.Comparator;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import scala.math.Ordering;
import scala.reflect.ClassTag;

/**
 * Sorts images by a Spark shuffle that keeps one image at a time in memory: what {@code
 * repartitionAndSortWithinPartitions} does, but never with Java's serialiser, which keeps the last
 * hundred objects, of each stream.
 */
final class ImageShuffle {

  private ImageShuffle() {}

  /**
   * Brings images to their partitions, each in the order of its keys.
   *
   * @param keys the class of the keys
   */
  static <K extends Comparable<K>> JavaPairRDD<K, byte[]> sorted(
      JavaSparkContext spark, JavaPairRDD<K, byte[]> images, Class<K> keys, Partitioner to) {
    SparkConf conf =
        spark
            .getConf()
            .set("spark.kryo.registrationRequired", "false")
            .set("spark.kryoserializer.buffer.max", "128m");
    ShuffledRDD<K, byte[], byte[]> shuffled =
        new ShuffledRDD<>(images.rdd(), to, tag(keys), tag(byte[].class), tag(byte[].class));
    return JavaPairRDD.fromRDD(
        shuffled
            .setKeyOrdering(Ordering.comparatorToOrdering(Comparator.<K>naturalOrder()))
            .setSerializer(new KryoSerializer(conf)),
        tag(keys),
        tag(byte[].class));
  }

  private static <T> ClassTag<T> tag(Class<T> type) {
    return ClassTag.apply(type);
  }
}
