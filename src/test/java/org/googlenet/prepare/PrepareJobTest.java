package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

class PrepareJobTest extends PrepareFixture {

  private static FolderSource folders(Path root) {
    return new FolderSource(root.toString(), List.of());
  }

  /** Twelve photos: eight of cats, four of dogs, and a file that is no image. */
  private Path photos() throws IOException {
    for (int i = 0; i < 8; i++) {
      write(String.format(Locale.ROOT, "photos/cat/c%d.JPEG", i), Images.jpeg(90 + i, 60, i));
    }
    for (int i = 0; i < 4; i++) {
      write(String.format(Locale.ROOT, "photos/dog/young/d%d.png", i), Images.png(30, 40 + i, i));
    }
    write("photos/dog/notes.txt", new byte[] {1});
    return folder.resolve("photos");
  }

  @Test
  void classFoldersBecomeADataSetWithTheirBytesKept() throws IOException {
    Path photos = photos();
    Dataset dataset = prepare(folders(photos), "out");
    assertThat(dataset.classNames()).containsExactly("cat", "dog");
    assertThat(dataset.records()).isEqualTo(12);
    Map<String, byte[]> entries = entries(dataset);
    assertThat(entries).hasSize(24);
    assertThat(entries.get("cat/c3.jpg"))
        .isEqualTo(Files.readAllBytes(photos.resolve("cat/c3.JPEG")));
    assertThat(entries.get("dog/young/d2.png"))
        .isEqualTo(Files.readAllBytes(photos.resolve("dog/young/d2.png")));
    assertThat(labels(Dataset.open(STORES, dataset.location())))
        .hasSize(12)
        .containsEntry("cat/c3", 0)
        .containsEntry("dog/young/d2", 1);
  }

  @Test
  void theSameSourceAndSeedGiveTheSameBytes() throws IOException {
    FolderSource source = folders(photos());
    Dataset one = prepare(source, "one");
    Dataset other = prepare(source, "other");
    assertThat(other.shards()).isEqualTo(one.shards());
    assertThat(other.fingerprint()).isEqualTo(one.fingerprint());
    PrepareJob.Options seeded =
        new PrepareJob.Options(
            source,
            folder.resolve("seeded").toString(),
            "train",
            PrepareJob.SHARD_BYTES,
            2,
            new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
            0);
    assertThat(prepare(seeded).shards()).isNotEqualTo(one.shards());
  }

  @Test
  void shardsHaveAboutTheSizeAskedFor() throws IOException {
    FolderSource source = folders(photos());
    long all = prepare(source, "one").shards().get(0).bytes();
    PrepareJob.Options options =
        new PrepareJob.Options(
            source,
            folder.resolve("four").toString(),
            "validation",
            all / 4,
            1,
            new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
            0);
    Dataset four = prepare(options);
    assertThat(four.shards())
        .extracting(Shard::name)
        .containsExactly(
            "validation-00000.tar",
            "validation-00001.tar",
            "validation-00002.tar",
            "validation-00003.tar");
    assertThat(four.recordsPerShard()).containsExactly(3, 3, 3, 3);
  }

  @Test
  void aShorterSideShrinksWhatIsLarger() throws IOException {
    Path photos = photos();
    PrepareJob.Options options =
        new PrepareJob.Options(
            folders(photos),
            folder.resolve("small").toString(),
            "train",
            PrepareJob.SHARD_BYTES,
            1,
            new PrepareJob.Shrinking(32, ImageHeader.Format.PNG),
            0);
    Map<String, byte[]> entries = entries(prepare(options));
    ImageHeader shrunk = ImageHeader.of(entries.get("cat/c0.png"));
    assertThat(shrunk).isEqualTo(new ImageHeader(ImageHeader.Format.PNG, 48, 32));
    assertThat(entries.get("dog/young/d1.png"))
        .isEqualTo(Files.readAllBytes(photos.resolve("dog/young/d1.png")));
  }

  @Test
  void aLimitKeepsTheClassesBalanced() throws IOException {
    PrepareJob.Options options =
        new PrepareJob.Options(
            folders(photos()),
            folder.resolve("six").toString(),
            "train",
            PrepareJob.SHARD_BYTES,
            1,
            new PrepareJob.Shrinking(0, ImageHeader.Format.PNG),
            6);
    assertThat(labels(prepare(options)).values())
        .hasSize(6)
        .satisfies(labels -> assertThat(labels.stream().filter(label -> label == 0)).hasSize(3));
  }

  @Test
  void givenClassNamesDecideTheLabels() throws IOException {
    List<String> names = List.of("dog", "emu", "cat");
    Dataset dataset = prepare(new FolderSource(photos().toString(), names), "out");
    assertThat(dataset.classNames()).isEqualTo(names);
    assertThat(labels(dataset)).containsEntry("cat/c0", 2).containsEntry("dog/young/d0", 0);
    assertProblem(
        new FolderSource(folder.resolve("photos").toString(), List.of("cat")),
        this,
        "folder 'dog' is not one of the 1 class names");
  }

  @Test
  void aDotInAFileNameStaysInTheKey() throws IOException {
    write("photos/cat/v1.2.jpg", Images.jpeg(20, 20, 1));
    write("photos/cat/v1.3.jpg", Images.jpeg(20, 20, 2));
    assertThat(labels(prepare(folders(folder.resolve("photos")), "out")))
        .containsOnlyKeys("cat/v1%2E2", "cat/v1%2E3");
  }

  @Test
  void twoFilesOfOneKeyAreRefusedByName() throws IOException {
    write("photos/cat/a.jpg", Images.jpeg(20, 20, 1));
    write("photos/cat/a.png", Images.png(20, 20, 1));
    assertProblem(
        folders(folder.resolve("photos")),
        this,
        "photos/cat/a.jpg and ",
        "photos/cat/a.png: would both be record 'cat/a'");
  }

  @Test
  void aBadImageIsNamed() throws IOException {
    write("photos/cat/a.jpg", Images.jpeg(20, 20, 1));
    write("photos/cat/b.jpg", Images.truncated(Images.jpeg(90, 90, 1), 0.5));
    assertProblem(
        folders(folder.resolve("photos")), this, "photos/cat/b.jpg: image is damaged or ends");
  }

  @Test
  void aBadImageBeyondTheDriversSampleIsNamedToo() throws IOException {
    for (int i = 0; i < 300; i++) {
      write(String.format(Locale.ROOT, "photos/cat/%03d.png", i), Images.png(4, 4, i));
    }
    FolderSource source = folders(folder.resolve("photos"));
    List<ImageRef> order = Shuffle.of(options(source, "x"), source.list(spark, STORES));
    write("photos/" + order.get(299).object(), "not an image".getBytes(StandardCharsets.UTF_8));
    assertProblem(source, this, order.get(299).object() + ": image is text, not an image");
  }

  @Test
  void cmykJpegsAndPngsNamedJpegAreTaken() throws IOException {
    write("photos/cat/a.JPEG", Images.cmykJpeg(20, 20));
    write("photos/cat/b.JPEG", Images.png(20, 20, 1));
    Dataset dataset = prepare(folders(folder.resolve("photos")), "out");
    assertThat(entries(dataset)).containsKeys("cat/a.jpg", "cat/b.png");
    assertThat(labels(dataset)).hasSize(2);
  }

  @Test
  void aSourceWithoutImagesOrClassFoldersIsRefused() throws IOException {
    assertProblem(folders(folder.resolve("nowhere")), this, "nowhere: holds no images");
    write("flat/a.jpg", Images.jpeg(20, 20, 1));
    assertProblem(folders(folder.resolve("flat")), this, "flat/a.jpg: lies in no class folder");
  }

  @Test
  void tasksWriteToAStorageThatIsFoundByItsScheme() throws IOException {
    Dataset expected = prepare(folders(photos()), "out");
    PrepareJob.Options options =
        new PrepareJob.Options(
            folders(folder.resolve("photos")),
            "memory:" + folder,
            "train",
            PrepareJob.SHARD_BYTES,
            1,
            new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
            0);
    assertThat(prepare(options).location()).isEqualTo("memory:" + folder);
    assertThat(Dataset.open(STORES, "memory:" + folder).fingerprint())
        .isEqualTo(expected.fingerprint());
  }

  @Test
  void aDataSetIsNotReplaced() throws IOException {
    FolderSource source = folders(photos());
    prepare(source, "out");
    assertThatThrownBy(() -> prepare(source, "out"))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("out: a data set is here already (dataset.json)");
  }

  @Test
  void impossibleOptionsAreRefused() {
    FolderSource source = new FolderSource("x", List.of());
    for (String split : List.of("", "../x", "a/b", ".x")) {
      assertThatThrownBy(
              () ->
                  new PrepareJob.Options(
                      source,
                      "out",
                      split,
                      1,
                      1,
                      new PrepareJob.Shrinking(0, ImageHeader.Format.PNG),
                      0))
          .isInstanceOf(PrepareRefused.class);
    }
    assertThatThrownBy(
            () ->
                new PrepareJob.Options(
                    source,
                    "out",
                    "train",
                    0,
                    1,
                    new PrepareJob.Shrinking(0, ImageHeader.Format.PNG),
                    0))
        .isInstanceOf(PrepareRefused.class);
  }

  @Test
  void aRecordIsInExactlyOneShard() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      write(String.format(Locale.ROOT, "photos/c%d/%02d.png", i % 5, i), Images.png(8, 8, i));
      expected.add(String.format(Locale.ROOT, "c%d/%02d", i % 5, i));
    }
    PrepareJob.Options options =
        new PrepareJob.Options(
            folders(folder.resolve("photos")),
            folder.resolve("out").toString(),
            "train",
            15_000,
            1,
            new PrepareJob.Shrinking(0, ImageHeader.Format.PNG),
            0);
    Dataset dataset = prepare(options);
    assertThat(dataset.shards()).hasSizeGreaterThan(3);
    assertThat(labels(dataset).keySet()).containsExactlyInAnyOrderElementsOf(expected);
  }
}
