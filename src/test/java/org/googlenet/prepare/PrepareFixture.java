package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.model.Batch;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Prepares data sets of small sources, and reads what came of them. */
abstract class PrepareFixture {

  static final Stores STORES = new Stores(Map.of());

  static JavaSparkContext spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.context();
  }

  PrepareJob.Options options(ImageSource source, String output) {
    return new PrepareJob.Options(
        source,
        folder.resolve(output).toString(),
        "train",
        PrepareJob.SHARD_BYTES,
        1,
        new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
        0);
  }

  static Dataset prepare(PrepareJob.Options options) {
    return new PrepareJob(spark, STORES).run(options);
  }

  Dataset prepare(ImageSource source, String output) {
    return prepare(options(source, output));
  }

  static void assertProblem(ImageSource source, PrepareFixture test, String... parts) {
    assertThatThrownBy(() -> test.prepare(source, "refused"))
        .isInstanceOf(DataProblem.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
    assertThat(test.folder.resolve("refused/dataset.json")).doesNotExist();
  }

  /** Writes a file and the folders above it. */
  Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  /** Key to label and file content, as they are in the shards. */
  static Map<String, byte[]> entries(Dataset dataset) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (Shard shard : dataset.shards()) {
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              Files.newInputStream(Path.of(dataset.location(), shard.name())))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          assertThat(entries.put(entry.getName(), tar.readAllBytes())).isNull();
        }
      }
    }
    return entries;
  }

  static Map<String, Integer> labels(Dataset dataset) {
    Map<String, Integer> labels = new TreeMap<>();
    try (Batches batches =
        Batches.inOrder(
            dataset, dataset.all(), new BatchSpec(5, 8, Decoding.of(Augmentation.Kind.NONE)))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        for (int i = 0; i < batch.examples(); i++) {
          assertThat(labels.put(batch.keys().get(i), batch.labels()[i])).isNull();
        }
      }
    }
    return labels;
  }
}
