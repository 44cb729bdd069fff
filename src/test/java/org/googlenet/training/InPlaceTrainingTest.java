package org.googlenet.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.prepare.IndexJob;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training on shards that others wrote gives the bits that one on our own tars gives. */
@Tag("slow")
@Timeout(600)
class InPlaceTrainingTest {

  @TempDir private Path folder;

  /** A list of records whose images are files. */
  private byte[] list(List<StoredRecord> records) throws IOException {
    StringBuilder list = new StringBuilder("image,label,key\n");
    for (StoredRecord each : records) {
      Path image = Files.createDirectories(folder.resolve("images")).resolve(each.key());
      Files.write(image, each.image());
      list.append(image + "," + each.label() + "," + each.key() + "\n");
    }
    return list.toString().getBytes(UTF_8);
  }

  /** Keys are in a column of a Parquet file only where one is named. */
  private static Fields fields(String name) {
    return name.equals("parquet") ? new Fields("", "", "id") : Fields.DEFAULT;
  }

  private Path indexed(String name, byte[] shard) throws IOException {
    Path data =
        Files.createDirectories(folder.resolve("data-" + name))
            .resolve(name.equals("list") ? "train-0.csv" : "train-0");
    Files.write(data, shard);
    Path set = folder.resolve("set-" + name);
    List<String> classes =
        Dataset.open(new Stores(Map.of()), folder.resolve("train").toString()).classNames();
    new IndexJob(LocalSpark.context(), new Stores(Map.of()))
        .run(
            new IndexJob.Options(
                List.of(data.toString()),
                "",
                set.toString(),
                "train",
                new IndexOptions(fields(name), classes, 0),
                Tolerance.NONE))
        .orThrow();
    return set;
  }

  @Test
  void theParametersAreTheSame() throws IOException {
    TinyTraining tiny = TinyTraining.in(folder);
    TinyRuns runs = new TinyRuns(tiny);
    List<StoredRecord> records = new ArrayList<>();
    for (Record each : SampleRecords.train(TinyTraining.EXAMPLES)) {
      records.add(new StoredRecord(each.key(), each.image(), "" + each.label()));
    }
    runs.train(TinyRuns.PLAIN, "run=ours");
    Map<String, byte[]> shards =
        Map.of(
            "tfrecord", ForeignShards.tfRecord(records),
            "webdataset", ForeignShards.zstd(ForeignShards.webDataset(records)),
            "parquet", ParquetFiles.of(records, ParquetFiles.Layout.SMALL),
            "list", list(records));
    for (Map.Entry<String, byte[]> shard : shards.entrySet()) {
      Path set = indexed(shard.getKey(), shard.getValue());
      runs.train(TinyRuns.PLAIN, "run=" + shard.getKey(), "data.train=" + set);
      assertThat(runs.parameters(shard.getKey())).isEqualTo(runs.parameters("ours"));
    }
  }
}
