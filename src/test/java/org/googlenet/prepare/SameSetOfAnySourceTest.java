package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.googlenet.common.Tolerance;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/** The same images with the same keys give the same bytes, whatever they were prepared from. */
class SameSetOfAnySourceTest extends PrepareFixture {

  private static final int RECORDS = 30;
  private static final long SHARD = 20_000;
  private static final List<String> CLASSES = List.of("c0", "c1", "c2");
  private static final IndexOptions GIVEN = new IndexOptions(Fields.DEFAULT, CLASSES, 0);

  private static StoredRecord record(int i) {
    byte[] image = Images.jpeg(60 + i, 40 + i % 7, i);
    return new StoredRecord(
        String.format(Locale.ROOT, "c%d/r%03d", i % 3, i), image, Integer.toString(i % 3));
  }

  private static List<StoredRecord> records(int from, int to) {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(record(i));
    }
    return records;
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private ImageSource folders(List<StoredRecord> records) throws IOException {
    for (StoredRecord record : records) {
      write("photos/" + record.key() + ".jpg", record.image());
    }
    return new FolderSource(place("photos"), CLASSES);
  }

  private PrepareJob.Options small(ImageSource source, int shorterSide) {
    return new PrepareJob.Options(
        source,
        place("out"),
        "train",
        SHARD,
        7,
        new PrepareJob.Shrinking(shorterSide, ImageHeader.Format.JPEG),
        0);
  }

  private static PrepareJob.Options skipping(PrepareJob.Options options, String bad) {
    return options.withForgiveness(
        new PrepareJob.Forgiveness(Tolerance.parse(bad).orElseThrow(), false));
  }

  /** All files of the data set that the options make, which is removed. */
  private Map<String, String> files(PrepareJob.Options options) throws IOException {
    assertThat(prepare(options).shards()).hasSizeGreaterThan(2);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
      for (Path file : all.sorted((one, other) -> other.compareTo(one)).toList()) {
        if (Files.isRegularFile(file)) {
          files.put(
              file.getFileName().toString(), new String(Files.readAllBytes(file), ISO_8859_1));
        }
        Files.delete(file);
      }
    }
    return files;
  }

  private void assertSame(ImageSource source, Map<String, String> expected) throws IOException {
    Map<String, String> files = files(small(source, 0));
    assertThat(files.keySet()).isEqualTo(expected.keySet());
    assertThat(files.equals(expected)).as("all files are equal").isTrue();
  }

  private ForeignSource tars(String name) {
    return new ForeignSource(place(name), "webdataset", GIVEN);
  }

  @Test
  void tarsAsTheyAreAndCompressedTfRecordsParquetAndAListGiveWhatAFolderGives() throws IOException {
    Map<String, String> expected = files(small(folders(records(0, RECORDS)), 0));

    write("tars/a.tar", ForeignShards.webDataset(records(0, 11)));
    write("tars/b.tar", ForeignShards.webDataset(records(11, RECORDS)));
    assertSame(tars("tars"), expected);

    write("packed/a.tar.gz", ForeignShards.gzip(ForeignShards.webDataset(records(0, 17))));
    write("packed/b.tar.zst", ForeignShards.zstd(ForeignShards.webDataset(records(17, RECORDS))));
    assertSame(tars("packed/{a.tar.gz,b.tar.zst}"), expected);
    assertSame(tars("packed/a.tar.gz," + place("packed/b*")), expected);

    write("tf/train-0-of-2", ForeignShards.tfRecord(records(0, 7)));
    write("tf/train-1-of-2", ForeignShards.tfRecord(records(7, RECORDS)));
    assertSame(new ForeignSource(place("tf"), "tfrecord", GIVEN), expected);

    IndexOptions id = new IndexOptions(new Fields("", "", "id"), CLASSES, 0);
    write("pq/0.parquet", ParquetFiles.of(records(0, 20), ParquetFiles.Layout.SMALL));
    write("pq/1.parquet", ParquetFiles.of(records(20, RECORDS), ParquetFiles.Layout.SMALL));
    assertSame(new ForeignSource(place("pq/*.parquet"), "parquet", id), expected);

    StringBuilder list = new StringBuilder();
    records(0, RECORDS)
        .forEach(each -> list.append("%s.jpg,%s\n".formatted(each.key(), each.label())));
    write("photos/all.csv", list.toString().getBytes(UTF_8));
    assertSame(new ListSource(place("photos/all.csv"), GIVEN), expected);
  }

  @Test
  void shrunkImagesAndALimitToo() throws IOException {
    ImageSource folders = folders(records(0, RECORDS));
    write("tars/a.tar.gz", ForeignShards.gzip(ForeignShards.webDataset(records(0, RECORDS))));
    assertThat(files(small(tars("tars"), 32)).equals(files(small(folders, 32)))).isTrue();
    PrepareJob.Options few =
        new PrepareJob.Options(
            folders,
            place("out"),
            "train",
            4000,
            7,
            new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
            13);
    PrepareJob.Options same =
        new PrepareJob.Options(
            tars("tars"), place("out"), "train", 4000, 7, few.shrinking(), few.limit());
    assertThat(files(same).equals(files(few))).isTrue();
  }

  @Test
  void allThatIsBadIsListedAtOnceAndLeftOutTheSameWay() throws IOException {
    List<StoredRecord> records = records(0, RECORDS);
    records.set(4, new StoredRecord(record(4).key(), "<html>".getBytes(UTF_8), "1"));
    ImageSource folders = folders(records);
    records.add(new StoredRecord("c9/label", record(1).image(), "3"));
    records.add(new StoredRecord("c9/none", record(1).image(), ""));
    records.add(2, record(29));
    write("tars/a.tar", ForeignShards.webDataset(records.subList(0, 9)));
    write("tars/b.tar", ForeignShards.webDataset(records.subList(9, records.size())));
    write("tars/README", "Birds.".getBytes(UTF_8));

    PrepareReport report = report(small(tars("tars"), 0));
    assertThat(report.dataset()).isEmpty();
    String a = place("tars/a.tar");
    String b = place("tars/b.tar");
    assertThat(report.lines())
        .contains(
            "bad: not decodable, 1",
            "bad: key taken, 1",
            "bad: label outside the classes, 1",
            "bad: unusable record, 1")
        .anyMatch(line -> line.startsWith("  " + a + ": record c1/r004: image is HTML"))
        .anyMatch(line -> line.startsWith("  " + b + ": record c9/label: label 3 is outside 0..2"))
        .anyMatch(line -> line.startsWith("  " + b + ": record c9/none: "))
        .anyMatch(
            line ->
                line.startsWith(
                    "  %s: record c2/r029 and %s: record c2/r029: would both be record"
                        .formatted(a, b)))
        .anyMatch(line -> line.startsWith("passed over: not an image") && line.contains("README"));
    assertThatThrownBy(report::orThrow)
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("4 of 33 images are bad");

    assertThat(files(skipping(small(tars("tars"), 0), "4")))
        .isEqualTo(files(skipping(small(folders, 0), "1")));
  }

  @Test
  void aShardThatEndsTooEarlyIsBadOnce() throws IOException {
    byte[] tar = ForeignShards.webDataset(records(0, RECORDS));
    write("tars/a.tar", Arrays.copyOf(tar, tar.length / 2 + 100));
    PrepareReport report = report(small(tars("tars"), 0));
    assertThat(report.omissions().bad())
        .singleElement()
        .satisfies(
            kind -> {
              assertThat(kind.omission()).isEqualTo(Omission.SHARD);
              assertThat(kind.count()).isEqualTo(1);
            });
    assertThatThrownBy(report::orThrow).hasMessageContaining(place("tars/a.tar") + ": ");
    assertThatThrownBy(() -> report(skipping(small(tars("tars"), 0), "50%")).orThrow())
        .hasMessageContaining("which --skip-bad=50% does not allow (1 unreadable shard)");
    assertThat(prepare(skipping(small(tars("tars"), 0), "1")).records()).isBetween(10L, 20L);
  }

  @Test
  void classesAreThoseOfTheRecordsUnlessTheyAreGiven() throws IOException {
    byte[] image = record(0).image();
    write(
        "tars/a.tar",
        ForeignShards.webDataset(
            List.of(
                new StoredRecord("a", image, "dog"),
                new StoredRecord("b", image, "cat"),
                new StoredRecord("c", image, "tench, Tinca tinca"))));
    IndexOptions found = new IndexOptions(Fields.DEFAULT, List.of(), 0);
    ImageSource source = new ForeignSource(place("tars"), "webdataset", found);
    assertThat(prepare(source, "found").classNames())
        .containsExactly("cat", "dog", "tench, Tinca tinca");
    write("tf/x", ForeignShards.tfRecord(List.of(record(1), record(2))));
    IndexOptions fromOne = new IndexOptions(Fields.DEFAULT, List.of("x", "y"), 1);
    ImageSource numbered = new ForeignSource(place("tf/x"), "tfrecord", fromOne);
    assertThat(labels(prepare(numbered, "numbered")))
        .containsEntry("c1/r001", 0)
        .containsEntry("c2/r002", 1);
  }

  @Test
  void anImageThatChangedSinceItWasListedIsGone() throws IOException {
    write("tars/a.tar", ForeignShards.webDataset(records(0, 3)));
    ImageSource source = tars("tars");
    List<ImageRef> images = source.list(spark, STORES).images();
    write("tars/a.tar", ForeignShards.webDataset(List.of(record(0), record(2), record(1))));
    List<String> read = new ArrayList<>();
    source.read(
        STORES,
        images,
        new ImageSource.Visitor() {
          @Override
          public void image(ImageRef image, byte[] encoded) {
            read.add(image.key());
          }

          @Override
          public void gone(ImageRef image, DataProblem why) {
            read.add(why.getMessage());
          }
        });
    String why = ": went away, since the shard has changed; let nobody change the source";
    assertThat(read)
        .containsExactly(
            "c0/r000",
            place("tars/a.tar") + ": record c1/r001" + why,
            place("tars/a.tar") + ": record c2/r002" + why);
  }

  @Test
  void labelsOfNumbersAndNamesAreRefused() throws IOException {
    byte[] image = record(0).image();
    write(
        "tars/a.tar",
        ForeignShards.webDataset(
            List.of(new StoredRecord("a", image, "1"), new StoredRecord("b", image, "cat"))));
    IndexOptions found = new IndexOptions(Fields.DEFAULT, List.of(), 0);
    assertProblem(
        new ForeignSource(place("tars"), "webdataset", found),
        this,
        "labels are numbers and names",
        place("tars/a.tar") + ": record b");
  }

  @Test
  void finishedShardsAreKeptAndOnlyTheRestIsReadAgain() throws IOException {
    List<StoredRecord> records = records(0, RECORDS);
    records.set(4, new StoredRecord(record(4).key(), new byte[record(4).image().length], "1"));
    byte[] bad = ForeignShards.webDataset(records);
    write("tars/a.tar", bad);
    assertThatThrownBy(() -> prepare(small(tars("tars"), 0))).isInstanceOf(DataProblem.class);
    List<Path> made;
    try (Stream<Path> all = Files.list(folder.resolve("out"))) {
      made = all.filter(file -> file.toString().endsWith(".tar")).toList();
    }
    FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
    for (Path tar : made) {
      Files.setLastModifiedTime(tar, longAgo);
    }
    byte[] mended = ForeignShards.webDataset(records(0, RECORDS));
    assertThat(mended).hasSameSizeAs(bad);
    write("tars/a.tar", mended);

    String fingerprint = prepare(small(tars("tars"), 0)).fingerprint();

    long kept = 0;
    for (Path tar : made) {
      kept += Files.getLastModifiedTime(tar).equals(longAgo) ? 1 : 0;
    }
    assertThat(kept).isEqualTo(made.size() - 1L).isPositive();
    Files.delete(folder.resolve("out/dataset.json"));
    for (Path tar : made) {
      Files.delete(tar);
    }
    assertThat(prepare(small(folders(records(0, RECORDS)), 0)).fingerprint())
        .isEqualTo(fingerprint);
  }

  @Test
  void imagesOfAListThatAreNotThereAreAllNamed() throws IOException {
    write("lists/a.jpg", record(0).image());
    write(
        "lists/all.csv",
        "path,label\na.jpg,c0\nb.jpg,c1\nhttp://h/c.jpg,c2\nd.jpg\n".getBytes(UTF_8));
    PrepareReport report = report(small(new ListSource(place("lists/all.csv"), GIVEN), 0));
    String list = place("lists/all.csv");
    assertThat(report.lines())
        .contains("bad: gone, 2", "bad: unusable record, 1")
        .anyMatch(
            line ->
                line.equals(
                    "  %s: line 3: %s: does not exist; mend the line, or remove it"
                        .formatted(list, place("lists/b.jpg"))))
        .anyMatch(line -> line.startsWith("  " + list + ": line 4: http://h/c.jpg: http:"))
        .anyMatch(line -> line.startsWith("  " + list + ": line 5: has no label"));
  }
}
