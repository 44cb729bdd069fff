package org.googlenet.prepare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Sha256;
import org.googlenet.data.Defect;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.Shard;
import org.googlenet.prepare.CheckedShard.Print;
import org.googlenet.prepare.Duplicates.Place;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import scala.Tuple2;

/** Finds keys that several records of indexed shards have, by a shuffle of the keys' hashes. */
final class KeyDoubles {

  /** How many tasks each core has, so that they end at about the same time. */
  private static final int WAVES = 4;

  private KeyDoubles() {}

  /** One finding for each key that is in the indexes more than once. */
  static Findings of(JavaSparkContext spark, ScannedShard.Job job, List<Shard> shards) {
    if (shards.isEmpty()) {
      return new Findings();
    }
    List<Integer> numbers = IntStream.range(0, shards.size()).boxed().toList();
    List<String> names = new ArrayList<>(shards.stream().map(Shard::name).toList());
    return spark
        .parallelize(numbers, numbers.size())
        .flatMapToPair(number -> keys(job, number, names.get(number)).iterator())
        .reduceByKey(Duplicates::add, partitions(spark, shards.size()))
        .filter(same -> same._2().areSeveral())
        .aggregate(new Findings(), (sum, same) -> add(sum, job, names, same._2()), Findings::add);
  }

  /** Into how many partitions what some shards have is shuffled: one each would be N x N blocks. */
  static int partitions(JavaSparkContext spark, int shards) {
    return Math.max(1, Math.min(shards, WAVES * spark.defaultParallelism()));
  }

  private static List<Tuple2<Print, Duplicates>> keys(
      ScannedShard.Job job, int number, String shard) {
    ObjectStore store = job.stores().open(job.output());
    String name = RecordIndex.nameOf(shard);
    RecordIndex index;
    try {
      index = RecordIndex.parse(store.readBytes(name, Integer.MAX_VALUE - 8), name);
    } catch (IOException e) {
      throw StorageProblem.at(store.location() + "/" + name, e);
    }
    List<Tuple2<Print, Duplicates>> keys = new ArrayList<>(index.records());
    for (int record = 0; record < index.records(); record++) {
      String key = index.key(record);
      ByteBuffer hash =
          ByteBuffer.wrap(Sha256.digest().digest(key.getBytes(StandardCharsets.UTF_8)));
      Print print = new Print(true, 0, hash.getLong(), hash.getLong());
      keys.add(
          new Tuple2<>(
              print, new Duplicates(1, new Place(0, number, record, key, index.label(record)))));
    }
    return keys;
  }

  private static Findings add(
      Findings findings, ScannedShard.Job job, List<String> shards, Duplicates same) {
    Place first = same.first(0);
    Place second = same.second(0);
    return findings.add(
        0,
        Defect.KEY,
        second.shard(),
        second.position(),
        "shard %s/%s: record %s: its key is that of a record of shard %s; take positions for keys with --key-field position, or name fewer shards"
            .formatted(
                job.shardsIn(),
                shards.get(second.shard()),
                second.key(),
                shards.get(first.shard())));
  }
}
