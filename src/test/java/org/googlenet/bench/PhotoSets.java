package org.googlenet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.googlenet.data.Dataset;
import org.googlenet.data.ShardIndexer;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/** Data sets of photographs, which repeat under other keys. */
final class PhotoSets {

  private static final int RECORDS_PER_SHARD = 256;
  private static final int CLASSES = 10;
  private static final Stores STORES = new Stores(Map.of());

  /** Images do not become smaller, so pages are not packed. */
  private static final ParquetFiles.Layout PARQUET =
      new ParquetFiles.Layout(
          CompressionCodecName.UNCOMPRESSED, WriterVersion.PARQUET_1_0, false, 32 << 20, 1 << 20);

  private PhotoSets() {}

  /** Writes tars of 256 records each. */
  static Dataset tars(Stores stores, String location, List<byte[]> photographs, int records) {
    List<Shard> shards = new ArrayList<>();
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
                    sink.add(new Record(key(i), image, i % CLASSES));
                  }
                }));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Dataset.create(stores, location, "train", classes(), shards);
  }

  /**
   * The same records in each format of others', as files: by the format's name.
   *
   * @param folder to write to
   */
  static Map<String, Dataset> ofOthers(Path folder, List<byte[]> photographs, int records)
      throws IOException {
    Map<String, Dataset> sets = new LinkedHashMap<>();
    sets.put(
        "webdataset",
        inPlace(folder, "webdataset", ForeignShards::webDataset, photographs, records));
    sets.put(
        "tfrecord", inPlace(folder, "tfrecord", ForeignShards::tfRecord, photographs, records));
    sets.put(
        "parquet",
        inPlace(folder, "parquet", all -> ParquetFiles.of(all, PARQUET), photographs, records));
    sets.put("list", list(folder.resolve("list"), photographs, records));
    return sets;
  }

  /** Writes the shard of some records. */
  @FunctionalInterface
  private interface Writing {

    byte[] shard(List<StoredRecord> records) throws IOException;
  }

  private static Dataset inPlace(
      Path folder, String name, Writing writing, List<byte[]> photographs, int records)
      throws IOException {
    ObjectStore store = STORES.open(folder.resolve(name).toString());
    List<ObjectStore.Entry> shards = new ArrayList<>();
    for (int first = 0; first < records; first += RECORDS_PER_SHARD) {
      List<StoredRecord> some = new ArrayList<>();
      for (int i = first; i < Math.min(records, first + RECORDS_PER_SHARD); i++) {
        byte[] image = photographs.get(i % photographs.size());
        some.add(new StoredRecord(key(i), image, "" + i % CLASSES));
      }
      byte[] shard = writing.shard(some);
      String object = "train-" + shards.size();
      store.create(object, ObjectStore.Body.of(shard));
      shards.add(new ObjectStore.Entry(object, shard.length));
    }
    return indexed(store, shards);
  }

  /** A list over files, of which several records may name the same. */
  private static Dataset list(Path folder, List<byte[]> photographs, int records)
      throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < photographs.size(); i++) {
      Files.write(images.resolve(i + ".jpg"), photographs.get(i));
    }
    StringBuilder lines = new StringBuilder("image,label,key\n");
    for (int i = 0; i < records; i++) {
      lines.append(
          "images/" + i % photographs.size() + ".jpg," + i % CLASSES + "," + key(i) + "\n");
    }
    Path list = Files.writeString(folder.resolve("list.csv"), lines);
    ObjectStore store = STORES.open(folder.resolve("set").toString());
    return indexed(
        store, ListShards.cut(STORES, List.of(list.toString()), Fields.DEFAULT, store, "train"));
  }

  private static Dataset indexed(ObjectStore store, List<ObjectStore.Entry> objects)
      throws IOException {
    List<Shard> shards = new ArrayList<>();
    ForeignFormat format = null;
    for (ObjectStore.Entry object : objects) {
      Shard shard = new Shard(object.name(), 0, object.bytes(), "", "");
      ShardSource source = new ShardSource(store, shard);
      format = ForeignFormat.of(source).orElseThrow();
      shards.add(ShardIndexer.index(source, format, ForeignShards.BY_DEFAULT, false).shard());
    }
    Labels labels = new Labels(classes(), 0);
    return Dataset.create(STORES, store.location(), format, "", "train", labels, shards);
  }

  private static String key(int record) {
    return String.format(Locale.ROOT, "photograph%06d", record);
  }

  private static List<String> classes() {
    return IntStream.range(0, CLASSES).mapToObj(label -> "class " + label).toList();
  }
}
