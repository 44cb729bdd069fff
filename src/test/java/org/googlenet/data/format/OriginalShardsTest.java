package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.common.Sha256;
import org.googlenet.data.ShardIndexer;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

/** Shards that the WebDataset library and TensorFlow wrote ({@code foreign/write_shards.py}). */
class OriginalShardsTest {

  private static final Path FOLDER = Path.of("src/test/resources/foreign");

  private final ObjectStore store = new MemoryStore();

  private List<String> read(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name));
    ShardIndexer.Indexed indexed =
        ForeignShards.index(store, name, bytes, ForeignShards.BY_DEFAULT);
    assertThat(indexed.notes().bad()).isEmpty();
    List<String> records = new ArrayList<>();
    ShardSource source = new ShardSource(store, indexed.shard());
    try (RecordReader reader = ForeignFormat.of(source).orElseThrow().index(source).read(0, 6)) {
      for (StoredRecord next = reader.next(); next != null; next = reader.next()) {
        records.add(next.key() + "\t" + next.label() + "\t" + Sha256.of(next.image()));
      }
    }
    return records;
  }

  private static List<String> written() throws IOException {
    return Files.readAllLines(FOLDER.resolve("records.tsv"));
  }

  @Test
  void aTarOfTheWebDatasetLibraryIsRead() throws IOException {
    assertThat(read("webdataset.tar")).isEqualTo(written());
  }

  @Test
  void aFileOfTensorFlowIsRead() throws IOException {
    List<String> expected = new ArrayList<>();
    for (String line : written()) {
      String[] parts = line.split("\t");
      String file = parts[0].substring(parts[0].indexOf('/') + 1);
      expected.add(file + "\t" + (Integer.parseInt(parts[1]) + 1) + "\t" + parts[2]);
    }
    assertThat(read("imagenet.tfrecord")).isEqualTo(expected);
  }

  @Test
  void itsClassesHaveTheNamesThatItGives() throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("imagenet.tfrecord"));
    ShardIndexer.Indexed indexed =
        ForeignShards.index(store, "x", bytes, ForeignShards.BY_DEFAULT);
    assertThat(indexed.notes().classNames())
        .containsEntry("1", "n01440764")
        .containsEntry("2", "n01443537")
        .containsEntry("3", "n01484850");
  }
}
