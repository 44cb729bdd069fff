package org.googlenet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.storage.Stores;

/** Data sets of photographs, which repeat under other keys. */
final class PhotoSets {

  private static final int RECORDS_PER_SHARD = 256;
  private static final int CLASSES = 10;

  private PhotoSets() {}

  /** Writes tars of 256 records each. */
  static Dataset tars(Stores stores, String location, List<byte[]> photographs, int records) {
    List<Shard> shards = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    for (int label = 0; label < CLASSES; label++) {
      classes.add("class " + label);
    }
    try {
      for (int first = 0; first < records; first += RECORDS_PER_SHARD) {
        int from = first;
        int to = Math.min(records, first + RECORDS_PER_SHARD);
        shards.add(
            TarShard.write(
                stores.open(location),
                String.format(Locale.ROOT, "train-%05d.tar", shards.size()),
                sink -> {
                  for (int i = from; i < to; i++) {
                    byte[] image = photographs.get(i % photographs.size());
                    String key = String.format(Locale.ROOT, "photograph%06d", i);
                    sink.add(new Record(key, image, i % CLASSES));
                  }
                }));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Dataset.create(stores, location, "train", classes, shards);
  }
}
