package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.googlenet.HdfsServer;
import org.googlenet.S3Server;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Images;
import org.googlenet.model.Batch;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same records give the same batches, whoever wrote the shards and wherever they lie. */
class InPlaceTest {

  private static final List<String> CLASSES = List.of("cat", "dog", "emu");

  @TempDir private Path folder;

  /** Writes records as somebody else would. */
  @FunctionalInterface
  private interface Writing {

    byte[] shard(List<StoredRecord> records) throws IOException;
  }

  private static final Map<String, Writing> WRITINGS =
      Map.of(
          "webdataset",
          ForeignShards::webDataset,
          "webdataset, gzipped",
          records -> ForeignShards.gzip(ForeignShards.webDataset(records)),
          "tfrecord",
          ForeignShards::tfRecord,
          "tfrecord, by zstd",
          records -> ForeignShards.zstd(ForeignShards.tfRecord(records)));

  private static List<List<Record>> shards(long seed) {
    Random random = new Random(seed);
    List<List<Record>> shards = new ArrayList<>();
    int number = 0;
    for (int shard = 0; shard < 3; shard++) {
      List<Record> records = new ArrayList<>();
      for (int i = random.nextInt(90); i >= 0; i--) {
        byte[] image =
            random.nextBoolean()
                ? Images.png(5 + random.nextInt(9), 6, number)
                : Images.jpeg(7, 5 + random.nextInt(9), number);
        String key = String.format(Locale.ROOT, "%s/r%04d", random.nextInt(7), number++);
        records.add(new Record(key, image, random.nextInt(CLASSES.size())));
      }
      shards.add(records);
    }
    return shards;
  }

  private Dataset ours(Stores stores, String location, List<List<Record>> all) throws IOException {
    List<Shard> shards = new ArrayList<>();
    for (List<Record> records : all) {
      String name = String.format(Locale.ROOT, "train-%05d.tar", shards.size());
      shards.add(
          TarShard.write(
              stores.open(location),
              name,
              sink -> {
                for (Record record : records) {
                  sink.add(record);
                }
              }));
    }
    return Dataset.create(stores, location, "train", CLASSES, shards);
  }

  /** Shards in one place, their indexes in another. */
  private static Dataset foreign(
      Stores stores, String location, Writing writing, List<List<Record>> all) throws IOException {
    ObjectStore there = stores.open(location + "/data");
    ObjectStore here = stores.open(location + "/set");
    List<Shard> shards = new ArrayList<>();
    ForeignFormat format = null;
    for (List<Record> records : all) {
      String name = "part/" + shards.size();
      byte[] bytes =
          writing.shard(
              records.stream()
                  .map(each -> new StoredRecord(each.key(), each.image(), "" + each.label()))
                  .toList());
      there.overwrite(name, ObjectStore.Body.of(bytes));
      ShardSource source = new ShardSource(there, here, new Shard(name, 0, bytes.length, "", ""));
      format = ForeignFormat.of(source).orElseThrow();
      shards.add(ShardIndexer.index(source, format, ForeignShards.BY_DEFAULT, false).shard());
    }
    Labels labels = new Labels(CLASSES, 0);
    Dataset.create(stores, location + "/set", format, there.location(), "train", labels, shards);
    return Dataset.open(stores, location + "/set");
  }

  private static List<Batch> shuffled(Dataset dataset, long seed) {
    int[] sizes = dataset.recordsPerShard();
    DataPlan plan = new DataPlan(sizes, seed, 2);
    BatchSpec spec = new BatchSpec(4, 8, Decoding.of(Augmentation.Kind.INCEPTION));
    List<Batch> all = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      var section = new DataPlan.Section(0, 0, plan.examplesPerEpoch());
      try (Batches batches =
          Batches.shuffled(
              dataset, plan.ranges(section, List.of(), worker), spec, new EpochSeed(seed, 0))) {
        for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
          all.add(batch);
        }
      }
    }
    return all;
  }

  private static void assertSame(List<Batch> actual, List<Batch> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).keys()).isEqualTo(expected.get(i).keys());
      assertThat(actual.get(i).labels()).isEqualTo(expected.get(i).labels());
      assertThat(actual.get(i).pixels()).isEqualTo(expected.get(i).pixels());
    }
  }

  private void assertSameBatches(Stores stores, String location, long seed) throws IOException {
    List<List<Record>> records = shards(seed);
    List<Batch> expected =
        shuffled(ours(SmallDatasets.STORES, folder + "/tars" + seed, records), seed);
    for (Map.Entry<String, Writing> writing : WRITINGS.entrySet()) {
      String place = location + "/" + writing.getKey().replaceAll("[^a-z]+", "-") + seed;
      Dataset dataset = foreign(stores, place, writing.getValue(), records);
      assertSame(shuffled(dataset, seed), expected);
      Dataset kept = dataset.keptIn(folder + "/cache", 1L << 30);
      assertSame(shuffled(kept, seed), expected);
      assertSame(shuffled(kept, seed), expected);
    }
  }

  @Test
  void fromFiles() throws IOException {
    for (long seed = 0; seed < 3; seed++) {
      assertSameBatches(SmallDatasets.STORES, folder + "/foreign", seed);
    }
  }

  @Tag("slow")
  @Test
  void fromS3() throws IOException {
    S3Server server = S3Server.shared();
    Stores stores = new Stores(server.properties());
    assertSameBatches(stores, "s3a://" + server.newBucket() + "/foreign", 5);
  }

  @Tag("slow")
  @Test
  void fromHdfs() throws IOException {
    Stores stores = new Stores(Map.of());
    assertSameBatches(stores, HdfsServer.shared().uri() + "/in-place", 6);
  }
}
