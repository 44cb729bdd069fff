package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {

  @TempDir private Path folder;

  private Dataset open() {
    return Dataset.open(SmallDatasets.STORES, folder.toString());
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            DataProblem.class, problem -> assertThat(problem.exitCode()).isEqualTo(3))
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  private void edit(String from, String to) throws IOException {
    Path description = folder.resolve(Dataset.DESCRIPTION);
    String text = Files.readString(description);
    assertThat(text).contains(from);
    Files.writeString(description, text.replace(from, to));
  }

  @Test
  void whatWasMadeIsOpened() throws IOException {
    Dataset made = SmallDatasets.make(folder, 3, 0, 2);
    Dataset dataset = open();
    assertThat(dataset.split()).isEqualTo("train");
    assertThat(dataset.classNames()).isEqualTo(SmallDatasets.CLASSES);
    assertThat(dataset.records()).isEqualTo(5);
    assertThat(dataset.recordsPerShard()).containsExactly(3, 0, 2);
    assertThat(dataset.all()).containsExactly(new Range(0, 0, 3), new Range(2, 0, 2));
    assertThat(dataset.shards()).isEqualTo(made.shards());
    assertThat(dataset.fingerprint()).isEqualTo(made.fingerprint()).hasSize(64);
  }

  /** As the first version wrote them: what they say must not change, for runs to go on. */
  @Test
  void theFileOfADataSetOfTarsIsWhatItEverWas() throws IOException {
    for (String split : List.of("train", "validation")) {
      Path description = Path.of("data/sample", split, Dataset.DESCRIPTION);
      Dataset sample = Dataset.open(SmallDatasets.STORES, "data/sample/" + split);
      Dataset.create(
          SmallDatasets.STORES,
          folder.resolve(split).toString(),
          split,
          sample.classNames(),
          sample.shards());
      assertThat(folder.resolve(split).resolve(Dataset.DESCRIPTION))
          .hasSameBinaryContentAs(description);
      assertThat(Files.readString(description))
          .contains("\"fingerprint\" : \"" + sample.fingerprint() + "\"")
          .doesNotContain("shardFormat");
    }
  }

  @Test
  void itTravelsWithTasks() throws Exception {
    Dataset dataset = SmallDatasets.make(folder, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(dataset);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Dataset arrived = (Dataset) in.readObject();
      try (Records reader = arrived.read(new Range(0, 2, 3))) {
        assertThat(reader.next().key()).isEqualTo("r002");
      }
    }
  }

  @Test
  void nothingThereIsSaidWithTheRemedy() {
    assertRefused(
        folder + ": no data set here (dataset.json is missing); make one with 'googlenet prepare'");
  }

  @Test
  void anEmptySplitIsRefused() {
    assertThatThrownBy(() -> SmallDatasets.make(folder, 0))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("split 'train' has no records");
  }

  @Test
  void aTruncatedShardIsFoundWhenOpening() throws IOException {
    SmallDatasets.make(folder, 3, 3);
    Path shard = folder.resolve("train-00001.tar");
    Files.write(shard, Arrays.copyOf(Files.readAllBytes(shard), 1000));
    assertRefused(
        "shard " + folder + "/train-00001.tar: has 1000 bytes and not ",
        "(truncated)",
        "googlenet prepare");
  }

  @Test
  void aMissingShardIsFoundWhenOpening() throws IOException {
    SmallDatasets.make(folder, 3, 3);
    Files.delete(folder.resolve("train-00000.tar"));
    assertRefused("train-00000.tar: is missing");
  }

  @Test
  void aShardThatAListingDoesNotShowYetIsFoundByItsName() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 3, 3, 3, 3, 3);
    ObjectStore late =
        new ForwardingStore(SmallDatasets.STORES.open(folder.toString())) {
          @Override
          public List<Entry> list(String prefix) {
            return List.of();
          }
        };
    dataset.checkObjects(late);
    Files.delete(folder.resolve("train-00001.tar"));
    assertThatThrownBy(() -> dataset.checkObjects(late))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00001.tar: is missing");
  }

  @Test
  void aChangedDescriptionIsRefused() throws IOException {
    SmallDatasets.make(folder, 3);
    edit("\"dog\"", "\"cow\"");
    assertRefused("dataset.json: has a fingerprint that is not that of its content");
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    SmallDatasets.make(folder, 3);
    edit("\"version\" : 1", "\"version\" : 2");
    assertRefused("is not a description of format googlenet-dataset, version 1");
  }

  @Test
  void aDescriptionThatIsNotJsonIsRefused() throws IOException {
    for (String text : List.of("", "{", "[]", "null", "<html>", "{\"format\": 3}")) {
      Files.writeString(folder.resolve(Dataset.DESCRIPTION), text);
      assertRefused("dataset.json: ");
    }
  }

  @Test
  void aMissingOrUnknownKeyIsRefused() throws IOException {
    SmallDatasets.make(folder, 3);
    edit("\"split\" : \"train\",", "");
    assertRefused("split");
    edit(
        "\"records\" : 3,\n  \"labelBase\"",
        "\"records\" : 3, \"split\": \"t\", \"x\": 1, \"labelBase\"");
    assertRefused("\"x\"");
  }

  @Test
  void aShardNameNeverBecomesAPath() throws IOException {
    SmallDatasets.make(folder, 3);
    for (String name : List.of("../train-00000.tar", "/etc/x.tar", "a/b.tar", ".tar", "x.zip")) {
      Path description = folder.resolve(Dataset.DESCRIPTION);
      String text = Files.readString(description);
      Files.writeString(description, text.replace("train-00000.tar", name));
      assertRefused("dataset.json: has a shard not called NAME.tar");
      Files.writeString(description, text);
    }
  }

  @Test
  void anotherDataSetIsNotReplaced() throws IOException {
    SmallDatasets.make(folder, 3);
    assertThatThrownBy(() -> SmallDatasets.make(folder, 4))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("a data set is here already");
  }

  @Test
  void theSampleIsWholeAndBalanced() throws IOException {
    for (String split : List.of("train", "validation")) {
      Dataset sample = Dataset.open(SmallDatasets.STORES, "data/sample/" + split);
      int each = split.equals("train") ? 400 : 100;
      TreeMap<Integer, Integer> counts = new TreeMap<>();
      TreeSet<String> keys = new TreeSet<>();
      for (Range range : sample.all()) {
        Shard shard = sample.shards().get(range.shard());
        byte[] bytes = Files.readAllBytes(Path.of(sample.location(), shard.name()));
        assertThat(Sha256.of(bytes)).isEqualTo(shard.sha256());
        try (Records reader = sample.read(range)) {
          for (Record record = reader.next(); record != null; record = reader.next()) {
            counts.merge(record.label(), 1, Integer::sum);
            keys.add(record.key());
          }
        }
      }
      assertThat(sample.split()).isEqualTo(split);
      assertThat(keys).hasSize(10 * each);
      assertThat(counts).hasSize(10).allSatisfy((label, n) -> assertThat(n).isEqualTo(each));
    }
  }
}
