package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.data.Dataset;
import org.googlenet.data.Defect;
import org.googlenet.data.ShardCheck;
import org.googlenet.prepare.Duplicates.Place;
import org.googlenet.storage.StorageProblem;
import scala.Tuple2;

/**
 * What a task found in one shard: its defects, and a hash of each image and key.
 *
 * @param set the data set's number
 * @param shard the shard's position in it
 */
record CheckedShard(int set, int shard, Findings findings, ArrayList<Hashed> records)
    implements Serializable {

  /** A record by its hashes. */
  record Hashed(
      int position,
      String key,
      String label,
      long keyHigh,
      long keyLow,
      long imageHigh,
      long imageLow)
      implements Serializable {}

  /** The first 16 bytes of the SHA-256 of an image, or of a key in one of the data sets. */
  record Print(boolean isKey, int set, long high, long low) implements Serializable {

    /** The same in every JVM, as a shuffle requires. */
    @Override
    public int hashCode() {
      return Long.hashCode(low) + set;
    }
  }

  /**
   * Checks a shard.
   *
   * @param set the data set's number
   */
  static CheckedShard of(Dataset dataset, int set, int shard) {
    CheckedShard checked = new CheckedShard(set, shard, new Findings(), new ArrayList<>());
    try {
      ShardCheck.of(dataset, shard, checked.new Gathering());
    } catch (IOException e) {
      throw StorageProblem.at(dataset.location() + "/" + dataset.shards().get(shard).name(), e);
    }
    return checked;
  }

  private final class Gathering implements ShardCheck.Listener {

    @Override
    public void defect(Defect defect, int position, String line) {
      findings.add(set, defect, shard, position, line);
    }

    @Override
    public void record(
        int position, String key, String label, byte[] keySha256, byte[] imageSha256) {
      ByteBuffer ofKey = ByteBuffer.wrap(keySha256);
      ByteBuffer ofImage = ByteBuffer.wrap(imageSha256);
      records.add(
          new Hashed(
              position,
              key,
              label,
              ofKey.getLong(),
              ofKey.getLong(),
              ofImage.getLong(),
              ofImage.getLong()));
    }
  }

  /**
   * Each record twice: under its image and under its key.
   *
   * @param sets how many data sets there are
   */
  List<Tuple2<Print, Duplicates>> duplicates(int sets) {
    List<Tuple2<Print, Duplicates>> duplicates = new ArrayList<>(2 * records.size());
    for (Hashed each : records) {
      Place place = new Place(set, shard, each.position(), each.key(), each.label());
      Print image = new Print(false, 0, each.imageHigh(), each.imageLow());
      Print key = new Print(true, set, each.keyHigh(), each.keyLow());
      duplicates.add(new Tuple2<>(image, new Duplicates(sets, place)));
      duplicates.add(new Tuple2<>(key, new Duplicates(sets, place)));
    }
    return duplicates;
  }
}
