package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import scala.Tuple2;

/**
 * Brings the images of a source that {@link ImageSource#readsWholeObjects reads whole objects} to
 * their shards: each object is read once, by one Spark task, and a shuffle puts its images in
 * order.
 */
record ImageTransfer(JavaSparkContext spark, PrepareJob.Options options, UnfinishedSet unfinished) {

  /**
   * An image and where it goes.
   *
   * @param place the shard's number in the upper half, the position there in the lower
   */
  private record Wanted(ImageRef image, long place) implements Serializable {}

  /** Images by their objects, each object's in the order of their offsets. */
  static JavaRDD<List<ImageRef>> byObject(JavaSparkContext spark, List<ImageRef> images) {
    List<Wanted> wanted = images.stream().map(image -> new Wanted(image, 0)).toList();
    return parts(spark, wanted).map(part -> part.stream().map(Wanted::image).toList());
  }

  private static JavaRDD<ArrayList<Wanted>> parts(JavaSparkContext spark, List<Wanted> wanted) {
    Map<String, ArrayList<Wanted>> byObject = new TreeMap<>();
    for (Wanted each : wanted) {
      byObject.computeIfAbsent(each.image().object(), none -> new ArrayList<>()).add(each);
    }
    byObject
        .values()
        .forEach(part -> part.sort(Comparator.comparingLong(each -> each.image().offset())));
    return spark.parallelize(new ArrayList<>(byObject.values()), Math.max(1, byObject.size()));
  }

  /** Writes shards; objects that have images only of finished ones are not read. */
  JavaRDD<WrittenShard> written(List<ShardTask> tasks) {
    PrepareJob.Options what = options;
    UnfinishedSet where = unfinished;
    JavaPairRDD<Long, byte[]> images =
        parts(spark, wanted(tasks))
            .flatMapToPair(part -> read(what.source(), where.stores(), part));
    return spark
        .parallelize(tasks, tasks.size())
        .zipPartitions(
            ImageShuffle.sorted(spark, images, Long.class, new ByShard(tasks.size())),
            (task, items) -> written(what, where, task.next(), items));
  }

  private List<Wanted> wanted(List<ShardTask> tasks) {
    PrepareJob.Options what = options;
    UnfinishedSet where = unfinished;
    List<Boolean> finished =
        spark
            .parallelize(tasks, tasks.size())
            .map(task -> ShardWriter.isFinished(what, where, task))
            .collect();
    List<Wanted> wanted = new ArrayList<>();
    for (int shard = 0; shard < tasks.size(); shard++) {
      List<ImageRef> images = tasks.get(shard).images();
      for (int i = 0; !finished.get(shard) && i < images.size(); i++) {
        wanted.add(new Wanted(images.get(i), ((long) shard << Integer.SIZE) | i));
      }
    }
    return wanted;
  }

  /** The images of one object, in files of the task, since there may be more than fit into it. */
  private static Iterator<Tuple2<Long, byte[]>> read(
      ImageSource source, Stores stores, List<Wanted> part) {
    Spool spool = Spool.ofTask();
    try {
      source.read(stores, part.stream().map(Wanted::image).toList(), spool);
      Iterator<Spool.Item> items = spool.items();
      return part.stream()
          .map(each -> new Tuple2<>(each.place(), items.next().toBytes()))
          .iterator();
    } catch (IOException e) {
      throw StorageProblem.at(source.place(), e);
    }
  }

  private static Iterator<WrittenShard> written(
      PrepareJob.Options options,
      UnfinishedSet unfinished,
      ShardTask task,
      Iterator<Tuple2<Long, byte[]>> items)
      throws IOException {
    Spool spool = Spool.ofTask();
    while (items.hasNext()) {
      spool.add(Spool.Item.of(items.next()._2()));
    }
    ShardWriter.Images images =
        visitor -> {
          Iterator<Spool.Item> read = spool.items();
          for (ImageRef image : task.images()) {
            read.next().tell(image, visitor);
          }
        };
    return List.of(ShardWriter.written(options, unfinished, task, images)).iterator();
  }

  /** Gives each shard a task of its own. */
  private static final class ByShard extends Partitioner {

    private static final long serialVersionUID = 1L;

    private final int shards;

    ByShard(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object place) {
      return (int) ((Long) place >>> Integer.SIZE);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByShard same && same.shards == shards;
    }

    @Override
    public int hashCode() {
      return shards;
    }
  }
}
