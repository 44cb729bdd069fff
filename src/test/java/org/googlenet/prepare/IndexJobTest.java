package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/** Shards that others wrote become data sets where they lie. */
class IndexJobTest extends PrepareFixture {

  private static final Tolerance ONE = Tolerance.parse("1").orElseThrow();

  private static StoredRecord record(int number, String label) {
    byte[] image = Images.png(8 + number % 5, 9, number);
    return new StoredRecord(String.format(Locale.ROOT, "r%03d", number), image, label);
  }

  private static List<StoredRecord> records(int from, int to) {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(record(i, "" + i % 3));
    }
    return records;
  }

  private void tar(String name, List<StoredRecord> records) throws IOException {
    write(name, ForeignShards.webDataset(records));
  }

  private IndexJob.Options options(String... shards) {
    return options(Tolerance.NONE, shards);
  }

  private IndexJob.Options options(Tolerance tolerance, String... shards) {
    return options(tolerance, new IndexOptions(Fields.DEFAULT, List.of(), 0), shards);
  }

  private IndexJob.Options options(Tolerance tolerance, IndexOptions index, String... shards) {
    return new IndexJob.Options(
        List.of(shards).stream().map(each -> folder.resolve(each).toString()).toList(),
        "",
        folder.resolve("set").toString(),
        "train",
        index,
        tolerance);
  }

  private static IndexReport index(IndexJob.Options options) {
    return new IndexJob(spark, STORES).run(options);
  }

  private static void assertValid(Dataset dataset) {
    ValidateJob.Report report =
        new ValidateJob(spark, STORES).run(List.of(dataset.location()), Optional.empty());
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void shardsAreReadWhereTheyLie() throws IOException {
    tar("data/a/train-0.tar", records(0, 5));
    tar("data/b/train-1.tar", records(5, 7));
    Dataset dataset = index(options("data")).orThrow();
    assertThat(dataset.records()).isEqualTo(7);
    assertThat(dataset.classNames()).containsExactly("0", "1", "2");
    assertThat(dataset.shardsIn()).isEqualTo(folder.resolve("data").toString());
    assertThat(dataset.shards().get(1).name()).isEqualTo("b/train-1.tar");
    Dataset opened = Dataset.open(STORES, dataset.location());
    assertThat(labels(opened)).containsEntry("r000", 0).containsEntry("r005", 2).hasSize(7);
    assertValid(opened);
  }

  @Test
  void theSetMayLieBesideItsShards() throws IOException {
    tar("set/x/train-0.tar", records(0, 5));
    Dataset dataset = index(options("set/x/train-0.tar")).orThrow();
    assertThat(dataset.shardsIn()).isEqualTo(dataset.location());
    assertThat(Files.readString(folder.resolve("set/dataset.json")))
        .contains("\"name\" : \"x/train-0.tar\"")
        .doesNotContain("shardsIn");
    assertThat(folder.resolve("set/x/train-0.tar.records")).exists();
    assertValid(dataset);
  }

  @Test
  void shardsThatHaveMovedAreTheSameData() throws IOException {
    tar("data/train-0.tar", records(0, 5));
    Dataset dataset = index(options("data")).orThrow();
    Files.move(folder.resolve("data"), folder.resolve("moved"));
    assertThatThrownBy(() -> Dataset.open(STORES, dataset.location()))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("shard " + folder + "/data/train-0.tar: is missing");
    Path json = folder.resolve("set/dataset.json");
    Files.writeString(json, Files.readString(json).replace("/data\"", "/moved\""));
    Dataset moved = Dataset.open(STORES, dataset.location());
    assertThat(moved.fingerprint()).isEqualTo(dataset.fingerprint());
    assertThat(labels(moved)).hasSize(5);
  }

  @Test
  void aShardThatIsNotBelowAPlaceIsRefused() throws IOException {
    tar("data/train-0.tar", records(0, 2));
    index(options("data")).orThrow();
    Path json = folder.resolve("set/dataset.json");
    String text = Files.readString(json);
    Files.writeString(json, text.replace(folder + "/data\"", "data\""));
    assertThatThrownBy(() -> Dataset.open(STORES, folder.resolve("set").toString()))
        .hasMessageContaining("has shardsIn 'data', which is not an absolute path or a URI");
    Files.writeString(json, text.replace("train-0.tar", "../train-0.tar"));
    assertThatThrownBy(() -> Dataset.open(STORES, folder.resolve("set").toString()))
        .isInstanceOf(DataProblem.class);
  }

  @Test
  void classesAreTheSortedNamesOrThoseThatAreGiven() throws IOException {
    tar("data/t.tar", List.of(record(0, "dog"), record(1, "cat"), record(2, "tench, Tinca tinca")));
    Dataset found = index(options("data")).orThrow();
    assertThat(found.classNames()).containsExactly("cat", "dog", "tench, Tinca tinca");
    assertThat(labels(found)).containsEntry("r000", 1).containsEntry("r001", 0);
    assertValid(found);
    Files.delete(folder.resolve("set/dataset.json"));
    List<String> names = List.of("tench, Tinca tinca", "dog", "emu", "cat");
    IndexReport given =
        index(options(Tolerance.NONE, new IndexOptions(Fields.DEFAULT, names, 0), "data"));
    assertThat(labels(given.orThrow())).containsEntry("r000", 1).containsEntry("r001", 3);
    assertThat(given.remarks()).containsExactly("1 of 4 classes have no record: emu");
  }

  @Test
  void labelsThatAreNumbersAndNamesAreRefused() throws IOException {
    tar("data/a.tar", List.of(record(0, "1")));
    tar("data/b.tar", List.of(record(1, "dog")));
    assertThatThrownBy(() -> index(options("data")))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith(
            "labels are numbers and names: '1' in shard a.tar, 'dog' in shard b.tar; ");
  }

  @Test
  void labelsFromOneAreClassesFromTheFirst() throws IOException {
    write(
        "data/train-00000-of-00001",
        ForeignShards.tfRecord(List.of(record(0, "1"), record(1, "2"))));
    assertThat(index(options("data")).remarks())
        .containsExactly(
            "1 of 3 classes have no record: 0; if labels are numbered from 1, give --label-base 1");
    Files.delete(folder.resolve("set/dataset.json"));
    IndexOptions fromOne = new IndexOptions(Fields.DEFAULT, List.of(), 1);
    Dataset dataset = index(options(Tolerance.NONE, fromOne, "data")).orThrow();
    assertThat(dataset.classNames()).containsExactly("1", "2");
    assertThat(labels(dataset)).containsEntry("r000", 0).containsEntry("r001", 1);
  }

  @Test
  void allThatIsBadIsListedAndNothingIsPublished() throws IOException {
    List<StoredRecord> bad = new ArrayList<>(records(0, 4));
    bad.set(1, new StoredRecord("r001", "GIF89a?".getBytes(UTF_8), "1"));
    bad.set(2, new StoredRecord("r002", bad.get(2).image(), "-1"));
    tar("data/a.tar", bad);
    tar("data/b.tar", List.of(record(4, "0"), new StoredRecord("r005", new byte[0], "1")));
    IndexReport report = index(options("data"));
    assertThat(report.dataset()).isEmpty();
    assertThat(report.lines())
        .anyMatch(line -> line.equals("bad: image, 2"))
        .anyMatch(line -> line.equals("bad: label, 1"))
        .anyMatch(line -> line.startsWith("  shard " + folder + "/data/a.tar: record r001: image"))
        .anyMatch(line -> line.contains("a.tar: record r002: label -1 is outside 0..99999"))
        .anyMatch(line -> line.contains("b.tar: record r005: image is empty"))
        .anyMatch(line -> line.startsWith("passed over: 6 entries .caption, such as r000.caption"));
    assertThatThrownBy(report::orThrow)
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("3 of 6 records cannot be used; the first: shard ");
    assertThat(folder.resolve("set/dataset.json")).doesNotExist();
  }

  @Test
  void whatIsBadIsLeftOutUpToATolerance() throws IOException {
    List<StoredRecord> bad = new ArrayList<>(records(0, 4));
    bad.set(1, new StoredRecord("r001", "GIF89a?".getBytes(UTF_8), "1"));
    tar("data/a.tar", bad);
    IndexReport report = index(options(ONE, "data"));
    assertThat(labels(report.orThrow())).containsOnlyKeys("r000", "r002", "r003");
    assertThat(report.findings()).singleElement().matches(finding -> finding.count() == 1);
    assertValid(report.orThrow());
    Files.delete(folder.resolve("set/dataset.json"));
    tar("data/b.tar", List.of(new StoredRecord("r005", new byte[0], "1"), record(6, "1")));
    assertThatThrownBy(() -> index(options(ONE, "data")).orThrow())
        .hasMessageStartingWith("2 of 6 records cannot be used (--skip-bad leaves out up to 1); ");
  }

  @Test
  void aTruncatedShardIsIndexedAsFarAsItGoesIfThatIsAllowed() throws IOException {
    byte[] tar = ForeignShards.webDataset(records(0, 6));
    write("data/a.tar", Arrays.copyOf(tar, tar.length / 2));
    assertThatThrownBy(() -> index(options("data")).orThrow())
        .hasMessageContaining("1 of 4 records cannot be used; the first: shard ");
    Dataset dataset = index(options(ONE, "data")).orThrow();
    assertThat(dataset.records()).isEqualTo(3);
    assertValid(dataset);
  }

  @Test
  void noShareAllowsAShardOfWhichNobodyKnowsWhatIsLost() throws IOException {
    byte[] tar = ForeignShards.webDataset(records(0, 6));
    write("data/a.tar", Arrays.copyOf(tar, tar.length / 2));
    tar("data/b.tar", records(10, 200));
    Tolerance half = Tolerance.parse("50%").orElseThrow();
    assertThatThrownBy(() -> index(options(half, "data")).orThrow())
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("1 of the shards cannot be read as a whole, and no share")
        .hasMessageContaining("(--skip-bad=50%)")
        .hasMessageContaining("or allow a number (--skip-bad=1); the first: shard " + folder);
    assertThat(index(options(ONE, "data")).orThrow().records()).isEqualTo(193);
  }

  private static byte[] withSynset(int number, long label, String synset) {
    Map<String, byte[]> features = new LinkedHashMap<>();
    features.put("image/class/label", ForeignShards.integers(label));
    features.put("image/class/synset", ForeignShards.bytes(synset.getBytes(UTF_8)));
    features.put("image/encoded", ForeignShards.bytes(Images.png(8, 9, number)));
    return ForeignShards.framed(ForeignShards.example(features));
  }

  @Test
  void givenClassNamesMendTwoNamesOfOneClass() throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    shard.writeBytes(withSynset(1, 0, "n01"));
    shard.writeBytes(withSynset(2, 0, "n02"));
    write("data/a", shard.toByteArray());
    assertThatThrownBy(() -> index(options("data")).orThrow())
        .hasMessageContaining("class 0 is named both 'n01' and 'n02'; name the classes by --class");
    IndexOptions named = new IndexOptions(Fields.DEFAULT, List.of("fish"), 0);
    Dataset dataset = index(options(Tolerance.NONE, named, "data")).orThrow();
    assertThat(dataset.classNames()).containsExactly("fish");
    assertThat(dataset.records()).isEqualTo(2);
  }

  @Test
  void aLabelThatNoRecordMayHaveMakesNoClasses() throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    shard.writeBytes(withSynset(1, 0, "n00"));
    shard.writeBytes(withSynset(2, 1, "n01"));
    shard.writeBytes(withSynset(3, 900_000_000_000L, "n02"));
    write("data/a", shard.toByteArray());
    Dataset dataset = index(options(ONE, "data")).orThrow();
    assertThat(dataset.classNames()).containsExactly("n00", "n01");
  }

  @Test
  void aKeyOfSeveralRecordsIsNamed() throws IOException {
    tar("data/a.tar", records(0, 3));
    tar("data/b.tar", records(2, 5));
    IndexReport report = index(options("data"));
    assertThatThrownBy(report::orThrow)
        .hasMessageContaining(
            "b.tar: record r002: its key is that of a record of shard a.tar; take positions");
    IndexOptions byPosition = new IndexOptions(new Fields("", "", "position"), List.of(), 0);
    Dataset dataset = index(options(Tolerance.NONE, byPosition, "data")).orThrow();
    assertThat(labels(dataset)).hasSize(6).containsKeys("a/000002", "b/000000");
  }

  @Test
  void aSecondRunReadsNoShardThatIsIndexed() throws IOException {
    tar("data/a.tar", records(0, 3));
    tar("data/b.tar", List.of(record(3, "0"), new StoredRecord("r004", new byte[0], "1")));
    assertThat(index(options("data")).kept()).isZero();
    FileTime before = FileTime.fromMillis(1_000_000);
    Path indexed = folder.resolve("set/a.tar.records");
    Files.setLastModifiedTime(indexed, before);
    tar("data/b.tar", records(3, 5));
    IndexReport second = index(options("data"));
    assertThat(second.kept()).isEqualTo(1);
    assertThat(Files.getLastModifiedTime(indexed)).isEqualTo(before);
    assertThat(labels(second.orThrow())).hasSize(5);
    Files.delete(folder.resolve("set/dataset.json"));
    IndexOptions others = new IndexOptions(Fields.DEFAULT, List.of("x", "y", "z"), 0);
    assertThat(index(options(Tolerance.NONE, others, "data")).kept()).isZero();
  }

  @Test
  void anIndexOfAFinishedSetIsNotTakenForAShardOfTheSameLength() throws IOException {
    tar("data/a.tar", records(0, 3));
    index(options("data")).orThrow();
    Files.delete(folder.resolve("set/dataset.json"));
    byte[] other =
        ForeignShards.webDataset(List.of(record(0, "0"), record(1, "1"), record(2, "0")));
    assertThat(other).hasSize((int) Files.size(folder.resolve("data/a.tar")));
    write("data/a.tar", other);
    IndexReport again = index(options("data"));
    assertThat(again.kept()).isZero();
    assertThat(labels(again.orThrow())).containsEntry("r002", 0);
    assertThat(folder.resolve("set/index-unfinished.json")).doesNotExist();
  }

  @Test
  void whatHasTheNameOfAnIndexAndIsNoneIsNotReplaced() throws IOException {
    tar("set/a.tar", records(0, 3));
    write("set/a.tar.records", "my notes".getBytes(UTF_8));
    assertThatThrownBy(() -> index(options("set/a.tar")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(
            "a.tar.records: is in the way, and not an index of 'googlenet index'");
    assertThat(folder.resolve("set/a.tar.records")).hasContent("my notes");
    Files.delete(folder.resolve("set/a.tar.records"));
    write("set/index-unfinished.json", "{}".getBytes(UTF_8));
    assertThatThrownBy(() -> index(options("set/a.tar")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("index-unfinished.json: is not what this version writes");
  }

  @Test
  void aDataSetIsNeverReplaced() throws IOException {
    tar("data/a.tar", records(0, 3));
    index(options("data")).orThrow();
    assertThatThrownBy(() -> index(options("data")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("a data set is here already");
  }

  @Test
  void aShardThatHasChangedIsRefused() throws IOException {
    tar("data/a.tar", records(0, 3));
    Dataset dataset = index(options("data")).orThrow();
    Path shard = folder.resolve("data/a.tar");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[3 * 512 + 2 * 512 + 60] ^= 1;
    Files.write(shard, bytes);
    assertThat(Dataset.open(STORES, dataset.location()).records()).isEqualTo(3);
    assertThatThrownBy(() -> labels(dataset))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("data/a.tar: record r000: its image is not the one that was indexed");
    ValidateJob.Report report =
        new ValidateJob(spark, STORES).run(List.of(dataset.location()), Optional.empty());
    assertThat(report.findings()).extracting(f -> f.kind()).contains("shard", "record");
    Files.write(shard, new byte[10]);
    assertThatThrownBy(() -> Dataset.open(STORES, dataset.location()))
        .hasMessageContaining("has 10 bytes and not");
  }

  @Test
  void whatIsNoShardIsPassedOverInAFolderAndRefusedByName() throws IOException {
    tar("data/a.tar", records(0, 3));
    write("data/notes.bin", new byte[] {1, 2, 3, 0});
    write("data/a.idx", "0 512".getBytes(UTF_8));
    IndexReport report = index(options("data"));
    assertThat(report.orThrow().records()).isEqualTo(3);
    assertThat(report.lines())
        .contains("passed over: 1 files that are no shards, such as notes.bin");
    Files.delete(folder.resolve("set/dataset.json"));
    assertThatThrownBy(() -> index(options("data/*")).orThrow())
        .hasMessageContaining("notes.bin: is of no format that is known");
  }

  @Test
  void shardsOfTwoFormatsAreRefused() throws IOException {
    tar("data/a.tar", records(0, 3));
    write("data/b", ForeignShards.tfRecord(records(3, 5)));
    assertThatThrownBy(() -> index(options("data")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("data/b: is of format tfrecord, and a.tar is of format webdataset");
  }

  @Test
  void shardsAreNamedByBracesGlobsAndFiles() throws IOException {
    for (int i = 8; i < 12; i++) {
      tar(String.format(Locale.ROOT, "data/t-%03d.tar", i), records(10 * i, 10 * i + 2));
    }
    assertThat(names("data/t-{008..010}.tar"))
        .containsExactly("t-008.tar", "t-009.tar", "t-010.tar");
    assertThat(names("data/t-01?.tar", "data/t-008.tar"))
        .containsExactly("t-008.tar", "t-010.tar", "t-011.tar");
    assertThat(names("data/{t-008,t-011}.tar")).containsExactly("t-008.tar", "t-011.tar");
    assertThat(names("data/t-009.tar")).containsExactly("t-009.tar");
    assertThatThrownBy(() -> names("data/t-{008..013}.tar"))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(
            "data/t-012.tar: there is no such file or folder, and so with 1 more");
    assertThatThrownBy(() -> names("data/*.tgz")).hasMessageContaining("*.tgz: there is no such");
  }

  private List<String> names(String... shards) throws IOException {
    return ShardFiles.of(STORES, options(shards).shards()).files().stream()
        .map(ShardFiles.File::name)
        .toList();
  }

  @Test
  void bracesAreThoseOfWebDataset() {
    assertThat(Braces.expand("a{8..10}b")).containsExactly("a8b", "a9b", "a10b");
    assertThat(Braces.expand("{a,b{1..2}}/{x,}"))
        .containsExactly("a/x", "a/", "b1/x", "b1/", "b2/x", "b2/");
    assertThat(Braces.expand("a{b}c{")).containsExactly("a{b}c{");
    assertThatThrownBy(() -> Braces.expand("{5..1}")).isInstanceOf(PrepareRefused.class);
  }

  @Test
  void whatLiesBesideANamedFileIsNotLookedAt() throws IOException {
    tar("data/a.tar", records(0, 3));
    Path loop = Files.createDirectories(folder.resolve("data/below")).resolve("loop");
    Files.createSymbolicLink(loop, folder.resolve("data"));
    assertThat(names("data/a.tar")).containsExactly("a.tar");
    Dataset dataset = index(options("data/a.tar")).orThrow();
    assertThat(Dataset.open(STORES, dataset.location()).records()).isEqualTo(3);
    assertThatThrownBy(() -> names("data")).hasMessageContaining("links lead back to themselves");
  }
}
