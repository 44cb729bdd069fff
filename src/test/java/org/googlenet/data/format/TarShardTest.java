package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.googlenet.common.Sha256;
import org.googlenet.data.Dataset;
import org.googlenet.data.Records;
import org.googlenet.data.SmallDatasets;
import org.googlenet.data.image.Images;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarShardTest {

  @TempDir private Path folder;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = SmallDatasets.STORES.open(folder.toString());
  }

  private static List<Record> read(Dataset dataset, Range range) throws IOException {
    List<Record> records = new ArrayList<>();
    try (Records reader = dataset.read(range)) {
      for (Record record = reader.next(); record != null; record = reader.next()) {
        records.add(record);
      }
    }
    return records;
  }

  private static List<String> keys(List<Record> records) {
    return records.stream().map(Record::key).toList();
  }

  @Test
  void aShardIsATarOfImagesAndLabelsAsWebDatasetHasThem() throws IOException {
    SmallDatasets.make(folder, 2);
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(Files.newInputStream(folder.resolve("train-00000.tar")))) {
      List<String> names = new ArrayList<>();
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
        if (entry.getName().equals("r001.cls")) {
          assertThat(tar.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("1");
        }
      }
      assertThat(names).containsExactly("r000.png", "r000.cls", "r001.jpg", "r001.cls");
    }
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 5);
    List<Record> records = read(dataset, new Range(0, 0, 5));
    assertThat(records).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(records.get(i)).usingRecursiveComparison().isEqualTo(SmallDatasets.record(i));
    }
  }

  @Test
  void aRangeIsReadWithoutTheRest() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 10);
    byte[] index = Files.readAllBytes(folder.resolve("train-00000.idx"));
    ShardIndex offsets =
        ShardIndex.read(index, "index", 10, Files.size(folder.resolve("train-00000.tar")));
    Path shard = folder.resolve("train-00000.tar");
    byte[] bytes = Files.readAllBytes(shard);
    Arrays.fill(bytes, 0, (int) offsets.offset(4), (byte) 0xAA);
    Arrays.fill(bytes, (int) offsets.offset(7), bytes.length, (byte) 0xAA);
    Files.write(shard, bytes);
    assertThat(keys(read(dataset, new Range(0, 4, 7)))).containsExactly("r004", "r005", "r006");
    assertThatThrownBy(() -> read(dataset, new Range(0, 3, 7))).isInstanceOf(DataProblem.class);
  }

  @Test
  void theSameRecordsGiveTheSameBytes() throws IOException {
    Shard one = SmallDatasets.shard(folder, "a.tar", 0, 7);
    Shard other = SmallDatasets.shard(folder, "b.tar", 0, 7);
    assertThat(one.sha256()).isEqualTo(other.sha256());
    assertThat(folder.resolve("a.tar")).hasSameBinaryContentAs(folder.resolve("b.tar"));
    assertThat(folder.resolve("a.idx")).hasSameBinaryContentAs(folder.resolve("b.idx"));
    byte[] bytes = Files.readAllBytes(folder.resolve("a.tar"));
    assertThat(one.bytes()).isEqualTo(bytes.length);
    assertThat(one.sha256()).isEqualTo(Sha256.of(bytes));
  }

  @Test
  void keysMayBeLongForeignAndInFolders() throws IOException {
    List<String> keys =
        List.of("cat/sub/00001", "größe/猫", "x".repeat(150) + "/" + "y".repeat(200), "a b%2Ec");
    Dataset dataset =
        dataset(
            TarShard.write(
                store,
                "train-00000.tar",
                sink -> {
                  for (String key : keys) {
                    sink.add(new Record(key, Images.png(4, 4, 1), 0));
                  }
                }));
    assertThat(keys(read(dataset, new Range(0, 0, 4)))).isEqualTo(keys);
    assertThat(keys(read(dataset, new Range(0, 2, 3)))).containsExactly(keys.get(2));
  }

  @Test
  void anEntryNameNeverBecomesAPath() throws IOException {
    Dataset dataset = foreign(List.of("../../evil.png", "../../evil.cls"), png(), text("1"));
    assertThat(keys(read(dataset, new Range(0, 0, 1)))).containsExactly("../../evil");
    assertThat(folder.getParent().getParent().resolve("evil.png")).doesNotExist();
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("train-00000.tar", "train-00000.idx", "dataset.json");
    }
  }

  @Test
  void theLabelMayComeFirst() throws IOException {
    Dataset dataset = foreign(List.of("a.cls", "a.jpeg"), text(" 2\n"), png());
    assertThat(read(dataset, new Range(0, 0, 1)).get(0).label()).isEqualTo(2);
  }

  @Test
  void aLabelOutsideTheClassesIsNamed() throws IOException {
    Dataset dataset = foreign(List.of("n01_9.jpg", "n01_9.cls"), png(), text("1000"));
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            "shard %s/train-00000.tar: record n01_9: label 1000 is outside 0..2 (data set has 3"
                    .formatted(folder)
                + " classes); copy the data set again, or make it again with 'googlenet prepare'");
  }

  @Test
  void aLabelMayBeTheNameOfAClass() throws IOException {
    Dataset dataset = foreign(List.of("a.jpg", "a.cls"), png(), text("dog\n"));
    assertThat(read(dataset, new Range(0, 0, 1)).get(0).label()).isEqualTo(1);
  }

  @Test
  void aLabelThatIsNeitherANumberNorAClassIsNamed() throws IOException {
    Dataset dataset = foreign(List.of("a.jpg", "a.cls"), png(), text("yak"));
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .hasMessageContaining(
            "record a: label 'yak' is neither a number nor one of the 3 class names");
  }

  @Test
  void aRecordNeedsAnImageAndALabelOfOneKey() throws IOException {
    assertProblem(foreign(List.of("a.jpg", "b.cls"), png(), text("1")), "entries of 'a' and 'b'");
    assertProblem(foreign(List.of("a.jpg", "a.txt"), png(), text("1")), "lacks its image");
    assertProblem(foreign(List.of("noextension", "a.cls"), png(), text("1")), "noextension");
  }

  private static void assertProblem(Dataset dataset, String part) {
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.tar: record 0")
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aShardThatShrankIsTruncated() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 6);
    Path shard = folder.resolve("train-00000.tar");
    Files.write(shard, Arrays.copyOf(Files.readAllBytes(shard), 6000));
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 6)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.tar: ends within record")
        .hasMessageContaining("byte 6000 of")
        .hasMessageContaining("(truncated)");
  }

  @Test
  void aShardThatWentAwayIsNamed() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 2);
    Files.delete(folder.resolve("train-00000.tar"));
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.tar: is missing");
  }

  @Test
  void anIndexThatWentAwayIsNamed() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 2);
    Files.delete(folder.resolve("train-00000.idx"));
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.idx: is missing");
  }

  @Test
  void anIndexIsReadOnceByAProcess() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 2);
    List<String> before = keys(read(dataset, new Range(0, 0, 1)));
    Files.delete(folder.resolve("train-00000.idx"));
    assertThat(keys(read(dataset, new Range(0, 0, 1)))).isEqualTo(before);
  }

  @Test
  void aChangedIndexIsRefused() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 2);
    Path index = folder.resolve("train-00000.idx");
    byte[] bytes = Files.readAllBytes(index);
    bytes[bytes.length - 1]++;
    Files.write(index, bytes);
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.idx: has another SHA-256");
  }

  @Test
  void anIndexOfImpossibleOffsetsIsRefusedBeforeMemoryIsTaken() {
    long[][] impossible = {
      {0, 1L << 40}, {-5, 10}, {10, 10}, {0, Long.MIN_VALUE}, {1, Long.MIN_VALUE}, {0, 2000}
    };
    for (long[] offsets : impossible) {
      byte[] bytes = new ShardIndex(offsets).toBytes();
      assertThatThrownBy(() -> ShardIndex.read(bytes, "index x.idx", 1, 1000))
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("index x.idx: record 0 lies at bytes");
    }
    assertThatThrownBy(() -> ShardIndex.read(new byte[28], "index x.idx", 1, 1000))
        .hasMessageContaining("is not an index");
    assertThatThrownBy(() -> ShardIndex.read(new byte[0], "index x.idx", 1, 1000))
        .hasMessageContaining("is not an index");
  }

  @Test
  void aSparseEntryDoesNotGrow() throws IOException {
    byte[] header = new byte[1024];
    TarArchiveEntry entry = new TarArchiveEntry("a.jpg");
    entry.setSize(512);
    entry.writeEntryHeader(header);
    header[156] = 'S';
    byte[] realSize = "77777777777".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(realSize, 0, header, 483, realSize.length);
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += header[i] & 0xFF;
    }
    byte[] checksum =
        String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(checksum, 0, header, 148, checksum.length);
    Dataset dataset = raw(header);
    assertThatThrownBy(() -> read(dataset, new Range(0, 0, 1))).isInstanceOf(DataProblem.class);
  }

  private static byte[] png() {
    return Images.png(6, 6, 1);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A data set whose only shard is a tar from elsewhere, holding one record. */
  private Dataset foreign(List<String> names, byte[]... contents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < names.size(); i++) {
        TarArchiveEntry entry = new TarArchiveEntry(names.get(i));
        entry.setSize(contents[i].length);
        tar.putArchiveEntry(entry);
        tar.write(contents[i]);
        tar.closeArchiveEntry();
      }
    }
    return raw(Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1024));
  }

  private Dataset raw(byte[] record) throws IOException {
    ShardIndex index = new ShardIndex(new long[] {0, record.length});
    store.overwrite(
        "train-00000.tar", (OutputStream out) -> new ByteArrayInputStream(record).transferTo(out));
    store.overwrite("train-00000.idx", ObjectStore.Body.of(index.toBytes()));
    return dataset(
        new Shard(
            "train-00000.tar", 1, record.length, Sha256.of(record), Sha256.of(index.toBytes())));
  }

  private Dataset dataset(Shard shard) throws IOException {
    store.delete(Dataset.DESCRIPTION);
    return Dataset.create(
        SmallDatasets.STORES, folder.toString(), "train", SmallDatasets.CLASSES, List.of(shard));
  }
}
