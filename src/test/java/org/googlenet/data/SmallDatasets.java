package org.googlenet.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Images;
import org.googlenet.storage.Stores;

/** Data sets of a few small images, on disk. */
public final class SmallDatasets {

  public static final Stores STORES = new Stores(Map.of());
  public static final List<String> CLASSES = List.of("cat", "dog", "emu");

  private SmallDatasets() {}

  /** Keys are {@code r000}, {@code r001}, ... through all shards; labels are 0, 1, 2, 0, ... */
  public static Dataset make(Path folder, int... recordsPerShard) throws IOException {
    List<Shard> shards = new ArrayList<>();
    int first = 0;
    for (int shard = 0; shard < recordsPerShard.length; shard++) {
      shards.add(
          shard(
              folder,
              String.format(Locale.ROOT, "train-%05d.tar", shard),
              first,
              recordsPerShard[shard]));
      first += recordsPerShard[shard];
    }
    return Dataset.create(STORES, folder.toString(), "train", CLASSES, shards);
  }

  public static Shard shard(Path folder, String name, int first, int records) throws IOException {
    return TarShard.write(
        STORES.open(folder.toString()),
        name,
        sink -> {
          for (int i = first; i < first + records; i++) {
            sink.add(record(i));
          }
        });
  }

  public static Record record(int number) {
    byte[] image = number % 2 == 0 ? Images.png(12, 10, number) : Images.jpeg(12, 10, number);
    return new Record(String.format(Locale.ROOT, "r%03d", number), image, number % CLASSES.size());
  }
}
