package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.googlenet.LocalSpark;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.TooManyBadRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Images;
import org.googlenet.prepare.ValidateJob.Finding;
import org.googlenet.prepare.ValidateJob.Report;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ValidateJobTest {

  private static final Stores STORES = new Stores(Map.of());

  @TempDir private Path folder;

  private static Report validate(Path... sets) {
    return validate(Optional.empty(), sets);
  }

  private static Report validate(Optional<Integer> classes, Path... sets) {
    return new ValidateJob(LocalSpark.context(), STORES)
        .run(Arrays.stream(sets).map(Path::toString).toList(), classes);
  }

  /** A data set of shards of three classes. */
  private Path make(String name, List<List<Record>> shards) throws IOException {
    Path place = folder.resolve(name);
    ObjectStore store = STORES.open(place.toString());
    List<Shard> written = new ArrayList<>();
    for (List<Record> records : shards) {
      written.add(
          TarShard.write(
              store,
              String.format(Locale.ROOT, "%s-%05d.tar", name, written.size()),
              sink -> {
                for (Record record : records) {
                  sink.add(record);
                }
              }));
    }
    Dataset.create(STORES, place.toString(), name, List.of("cat", "dog", "emu"), written);
    return place;
  }

  /** Records of images that are in no other range of numbers. */
  private static List<Record> records(int from, int to) {
    List<Record> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(new Record("r" + i, Images.png(8 + i % 5, 9 + i / 5, i), i % 3));
    }
    return records;
  }

  private static Finding only(Report report) {
    assertThat(report.findings()).hasSize(1);
    return report.findings().get(0);
  }

  @Test
  void theSampleIsAsItShouldBe() {
    Report report =
        validate(Optional.of(10), Path.of("data/sample/train"), Path.of("data/sample/validation"));
    report.requireNoErrors();
    assertThat(report.findings()).isEmpty();
    assertThat(report.datasets())
        .extracting(ValidateJob.Summary::records)
        .containsExactly(4000L, 1000L);
  }

  @Test
  void allDamagedImagesAreCountedAndTheFirstTenNamed() throws IOException {
    List<List<Record>> shards = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      List<Record> records = new ArrayList<>(records(shard * 10, shard * 10 + 5));
      for (int i = 5; i < 10; i++) {
        int number = shard * 10 + i;
        byte[] torn = Images.truncated(Images.png(64, 64, number), 0.3);
        records.add(new Record("torn" + number, torn, 0));
      }
      shards.add(records);
    }
    Path set = make("train", shards);

    Report report = validate(set);

    Finding finding = only(report);
    assertThat(finding.kind()).isEqualTo("image");
    assertThat(finding.count()).isEqualTo(15);
    assertThat(finding.first()).hasSize(10).isSubsetOf(validate(set).findings().get(0).first());
    assertThat(finding.first().get(0))
        .startsWith("shard " + set + "/train-00000.tar: record torn5: image is damaged");
    assertThat(finding.first().get(9)).contains("train-00001.tar: record torn19");
    assertThatThrownBy(report::requireNoErrors)
        .isInstanceOf(DataProblem.class)
        .hasMessageContainingAll("15 errors", "the first: shard " + set, "record torn5");
  }

  @Test
  void badRecordsThatATrainingPassesOverDoNotKeepItFromBeginning() throws IOException {
    List<Record> records = new ArrayList<>(records(0, 10));
    records.add(new Record("torn", Images.truncated(Images.png(64, 64, 1), 0.3), 0));
    records.add(new Record("other", Images.png(70, 70, 2), 3));
    Path set = make("train", List.of(records));

    Report report = validate(set);

    report.requireUsable(limit("2"));
    assertThatThrownBy(() -> report.requireUsable(limit("1")))
        .isInstanceOf(TooManyBadRecords.class)
        .hasMessageStartingWith(set + ": more than the 1 of 12 records that data.quarantine (1)")
        .hasMessageContainingAll("label 3 is outside 0..2", "record torn: image");
    assertThatThrownBy(() -> report.requireUsable(limit("0"))).hasMessageContaining("2 errors");
    Path same = make("validation", List.of(records.subList(0, 1)));
    assertThatThrownBy(() -> validate(set, same).requireUsable(limit("2")))
        .as("an image that is in both is an error all the same")
        .hasMessageContaining("its image is that of record r0");
  }

  private static BadRecordLimit limit(String tolerance) {
    return new BadRecordLimit(Tolerance.parse(tolerance).orElseThrow(), "data.quarantine");
  }

  @Test
  void anImageInTwoSetsIsAnErrorAndTwiceInOneAWarning() throws IOException {
    List<Record> train = new ArrayList<>(records(0, 12));
    train.add(new Record("again", train.get(3).image(), 0));
    List<Record> validation = new ArrayList<>(records(20, 25));
    validation.add(new Record("seen", train.get(7).image(), 2));
    Path one = make("train", List.of(train.subList(0, 6), train.subList(6, 13)));
    Path other = make("validation", List.of(validation));

    Report report = validate(one, other);

    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.warnings()).isEqualTo(1);
    assertThat(report.findings())
        .satisfiesExactly(
            shared -> {
              assertThat(shared.severity()).isEqualTo("error");
              assertThat(shared.kind()).isEqualTo("shared");
              assertThat(shared.dataset()).isEqualTo(other.toString());
              assertThat(shared.first().get(0))
                  .contains(
                      "validation-00000.tar: record seen: its image is that of record r7 of shard "
                          + one
                          + "/train-00001.tar");
            },
            twice -> {
              assertThat(twice.severity()).isEqualTo("warning");
              assertThat(twice.first().get(0))
                  .contains("train-00001.tar: record again: its image is that of record r3");
            });
    validate(one).requireNoErrors();
  }

  @Test
  void oneImageWithDifferentLabelsIsAWarningOfItsOwn() throws IOException {
    List<Record> train = new ArrayList<>(records(0, 12));
    train.add(new Record("same", train.get(3).image(), 0));
    train.add(new Record("other", train.get(3).image(), 2));
    train.add(new Record("again", train.get(4).image(), 1));
    Path set = make("train", List.of(train.subList(0, 6), train.subList(6, 15)));

    Report report = validate(set);

    report.requireNoErrors();
    assertThat(report.findings()).extracting(Finding::kind).containsExactly("conflict", "twice");
    assertThat(report.findings().get(0).first())
        .singleElement()
        .asString()
        .contains(
            "train-00001.tar: record other: its image is that of record r3 of shard ",
            "its label is 2 and not 0");
  }

  @Test
  void whichLabelDiffersDoesNotDependOnTheOrderOfAdding() {
    List<Duplicates.Place> places = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      places.add(new Duplicates.Place(0, i / 3, i % 3, "r" + i, i < 2 ? "a" : i < 4 ? "b" : "c"));
    }
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      Collections.shuffle(places, random);
      List<Duplicates> parts = new ArrayList<>();
      places.forEach(place -> parts.add(new Duplicates(1, place)));
      while (parts.size() > 1) {
        parts.add(parts.remove(random.nextInt(parts.size())).add(parts.remove(0)));
      }
      assertThat(parts.get(0).first(0).key()).isEqualTo("r0");
      assertThat(parts.get(0).second(0).key()).isEqualTo("r1");
      assertThat(parts.get(0).other(0).key()).isEqualTo("r2");
    }
  }

  @Test
  void aSetGivenTwiceSharesAllItsImages() throws IOException {
    Path set = make("train", List.of(records(0, 25)));
    Finding finding = only(validate(set, set));
    assertThat(finding.kind()).isEqualTo("shared");
    assertThat(finding.count()).isEqualTo(25);
    assertThat(finding.first()).hasSize(10);
  }

  @Test
  void twoRecordsOfOneKeyAreAnErrorAndThoseOfTwoSetsAreNot() throws IOException {
    List<Record> doubled = new ArrayList<>(records(0, 4));
    doubled.add(new Record("r2", Images.png(30, 30, 99), 0));
    Path one = make("train", List.of(doubled));
    Path other = make("validation", List.of(records(10, 12)));
    assertThat(only(validate(one, other)).kind()).isEqualTo("key");
    Path same = make("test", List.of(List.of(new Record("r10", Images.png(31, 31, 5), 0))));
    assertThat(validate(other, same).findings()).isEmpty();
  }

  @Test
  void aShardThatIsDamagedOrMissingDoesNotHideTheOthers() throws IOException {
    List<Record> stray = List.of(new Record("stray", Images.png(9, 9, 77), 3));
    Path set = make("train", List.of(records(0, 5), records(5, 9), stray));
    byte[] bytes = Files.readAllBytes(set.resolve("train-00000.tar"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(set.resolve("train-00000.tar"), bytes);
    Files.delete(set.resolve("train-00001.tar"));

    Report report = validate(set);

    assertThat(report.findings())
        .extracting(Finding::kind)
        .containsExactlyInAnyOrder("shard", "index", "label");
    assertThat(report.findings().get(0).first())
        .satisfiesExactly(
            changed -> assertThat(changed).contains("train-00000.tar: has SHA-256"),
            missing -> assertThat(missing).contains("train-00001.tar: is missing"));
  }

  @Test
  void setsOfOtherClassesAreTold() {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Record a = new Record("a", Images.png(28, 28, 0), 0);
    Record b = new Record("b", Images.png(28, 28, 1), 1);
    SampleRecords.write(one, "train", List.of("cat", "dog"), List.of(a));
    SampleRecords.write(other, "validation", List.of("dog", "cat"), List.of(b));

    Finding order = only(validate(one, other));
    assertThat(order.kind()).isEqualTo("classes");
    assertThat(order.first().get(0)).contains(other + ": its classes are not those of " + one);
    assertThat(only(validate(Optional.of(3), one)).first().get(0))
        .contains("has 2 classes, the recipe has model.classes: 3");
  }

  @Test
  void whatIsNoDataSetIsToldBesideTheOthers() throws IOException {
    Path none = folder.resolve("none");
    Path set = make("train", List.of(records(0, 3)));
    Report report = validate(none, set);
    assertThat(only(report).first().get(0)).contains(none + ": no data set here");
    assertThat(report.datasets()).hasSize(1);
    assertThat(validate(none).datasets()).isEmpty();
  }
}
