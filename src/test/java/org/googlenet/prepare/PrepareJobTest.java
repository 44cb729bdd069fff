package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
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
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.Images;
import org.googlenet.model.Batch;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareJobTest {

  private static final Stores STORES = new Stores(Map.of());

  private static JavaSparkContext spark;

  @TempDir private Path folder;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.context();
  }

  private PrepareJob.Options options(ImageSource source, String output) {
    return new PrepareJob.Options(
        source,
        folder.resolve(output).toString(),
        "train",
        PrepareJob.SHARD_BYTES,
        1,
        new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
        0);
  }

  private static Dataset prepare(PrepareJob.Options options) {
    return new PrepareJob(spark, STORES).run(options);
  }

  private Dataset prepare(ImageSource source, String output) {
    return prepare(options(source, output));
  }

  private static FolderSource folders(Path root) {
    return new FolderSource(root.toString(), List.of());
  }

  private static void assertProblem(ImageSource source, PrepareJobTest test, String... parts) {
    assertThatThrownBy(() -> test.prepare(source, "refused"))
        .isInstanceOf(DataProblem.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
    assertThat(test.folder.resolve("refused/dataset.json")).doesNotExist();
  }

  /** Writes a file and the folders above it. */
  private Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
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

  /** Key to label and file content, as they are in the shards. */
  private static Map<String, byte[]> entries(Dataset dataset) throws IOException {
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

  private static Map<String, Integer> labels(Dataset dataset) {
    Map<String, Integer> labels = new TreeMap<>();
    try (Batches batches =
        Batches.inOrder(
            dataset,
            dataset.all(),
            new BatchSpec(5, 8, new Augmentation(Augmentation.Kind.NONE)))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        for (int i = 0; i < batch.examples(); i++) {
          assertThat(labels.put(batch.keys().get(i), batch.labels()[i])).isNull();
        }
      }
    }
    return labels;
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
    assertProblem(source, this, order.get(299).object() + ": image is neither JPEG nor PNG");
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

  private Path trainingTar() throws IOException {
    Map<String, byte[]> synsets = new TreeMap<>();
    for (String synset : List.of("n02", "n01", "n03")) {
      Map<String, byte[]> images = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        images.put(String.format(Locale.ROOT, "%s_%d.JPEG", synset, i), Images.jpeg(40, 30, i));
      }
      synsets.put(synset + ".tar", PackedImages.tar(images));
    }
    return write("ilsvrc/train.tar", PackedImages.tar(synsets));
  }

  @Test
  void ilsvrcTrainingTarsAreReadPacked() throws IOException {
    Path tar = trainingTar();
    Dataset dataset = prepare(new IlsvrcSource.Train(tar.toString(), ""), "out");
    assertThat(dataset.classNames()).containsExactly("n01", "n02", "n03");
    assertThat(labels(dataset))
        .hasSize(9)
        .containsEntry("n01_0", 0)
        .containsEntry("n02_2", 1)
        .containsEntry("n03_1", 2);
    assertThat(entries(dataset).get("n02_2.jpg")).isEqualTo(Images.jpeg(40, 30, 2));
  }

  @Test
  void aFileOfSynsetsDecidesTheLabelsOfBothSplits() throws IOException {
    Path tar = trainingTar();
    String synsets =
        write("synsets.txt", "n03 emu, bird\nn02 dog\n\nn01 cat\n".getBytes(StandardCharsets.UTF_8))
            .toString();
    Dataset train = prepare(new IlsvrcSource.Train(tar.toString(), synsets), "train");
    Map<String, byte[]> images = new TreeMap<>();
    for (int i = 1; i <= 4; i++) {
      images.put(String.format(Locale.ROOT, "ILSVRC2012_val_%08d.JPEG", i), Images.jpeg(40, 30, i));
    }
    Path validation = write("ilsvrc/val.tar", PackedImages.tar(images));
    Path labels = write("ilsvrc/labels.txt", "3\n1\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    Dataset held =
        prepare(
            new IlsvrcSource.Validation(validation.toString(), labels.toString(), synsets), "val");
    assertThat(held.classNames())
        .isEqualTo(train.classNames())
        .containsExactly("n03", "n02", "n01");
    assertThat(labels(train)).containsEntry("n03_0", 0).containsEntry("n01_0", 2);
    assertThat(labels(held))
        .hasSize(4)
        .containsEntry("ILSVRC2012_val_00000001", 2)
        .containsEntry("ILSVRC2012_val_00000003", 0);
  }

  @Test
  void ilsvrcInputsThatDoNotFitAreRefused() throws IOException {
    Path tar = trainingTar();
    Path few = write("few.txt", "n01\nn02\n".getBytes(StandardCharsets.UTF_8));
    assertProblem(
        new IlsvrcSource.Train(tar.toString(), few.toString()),
        this,
        "train.tar: synset n03 is not in ",
        "few.txt");
    byte[] whole = Files.readAllBytes(tar);
    Path cut = write("cut.tar", Arrays.copyOf(whole, whole.length - 9000));
    assertProblem(new IlsvrcSource.Train(cut.toString(), ""), this, "cut.tar: ", "Truncated TAR");
    assertProblem(
        new IlsvrcSource.Train(folder + "/none.tar", ""), this, "none.tar: there is no such file");
    Path validation = write("val.tar", PackedImages.tar(Map.of("a.JPEG", Images.jpeg(9, 9, 1))));
    for (Map.Entry<String, String> wrong :
        Map.of(
                "1\n2\n", "labels.txt: has 2 labels for the 1 images",
                "0\n", "labels.txt: line 1: label 0 is outside 1..0",
                "cat\n", "labels.txt: line 1: 'cat' is not a label")
            .entrySet()) {
      Path labels = write("labels.txt", wrong.getKey().getBytes(StandardCharsets.UTF_8));
      assertProblem(
          new IlsvrcSource.Validation(validation.toString(), labels.toString(), ""),
          this,
          wrong.getValue());
    }
  }

  private static byte[] gzipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** Five images of 2 rows and 3 columns, the ith all of value 10 * i, with labels 0 1 2 0 1. */
  private List<byte[]> idxFiles() {
    byte[] pixels = new byte[30];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 6 * 10);
    }
    return List.of(
        PackedImages.idx(0x803, new int[] {5, 2, 3}, pixels),
        PackedImages.idx(0x801, new int[] {5}, new byte[] {0, 1, 2, 0, 1}));
  }

  private IdxSource idxSource(byte[] images, byte[] labels, List<String> names) throws IOException {
    return new IdxSource(
        write("images", images).toString(), write("labels", labels).toString(), names);
  }

  @Test
  void idxFilesBecomePngsGzippedOrNot() throws IOException {
    List<byte[]> files = idxFiles();
    Dataset plain = prepare(idxSource(files.get(0), files.get(1), List.of()), "plain");
    Dataset packed =
        prepare(
            idxSource(gzipped(files.get(0)), gzipped(files.get(1)), List.of("a", "b", "c")),
            "packed");
    assertThat(packed.shards()).isEqualTo(plain.shards());
    assertThat(plain.classNames()).containsExactly("0", "1", "2");
    assertThat(packed.classNames()).containsExactly("a", "b", "c");
    assertThat(labels(plain))
        .isEqualTo(Map.of("000000", 0, "000001", 1, "000002", 2, "000003", 0, "000004", 1));
    BufferedImage third = ImageIO.read(new ByteArrayInputStream(entries(plain).get("000003.png")));
    assertThat(third.getWidth()).isEqualTo(3);
    assertThat(third.getHeight()).isEqualTo(2);
    assertThat(third.getRaster().getSample(2, 1, 0)).isEqualTo(30);
  }

  @Test
  void idxFilesThatDoNotFitAreRefused() throws IOException {
    byte[] images = idxFiles().get(0);
    byte[] labels = idxFiles().get(1);
    assertProblem(idxSource(labels, images, List.of()), this, "images: is not an IDX file");
    assertProblem(
        idxSource(images, PackedImages.idx(0x801, new int[] {4}, new byte[4]), List.of()),
        this,
        "labels: is not an IDX file of 5 labels");
    assertProblem(
        idxSource(images, labels, List.of("a", "b")),
        this,
        "labels: image 2: label 2 is outside 0..1 (there are 2 class names)");
    for (byte[] cut :
        List.of(
            Images.truncated(images, 0.9),
            Images.truncated(gzipped(images), 0.5),
            Images.truncated(images, 0.1))) {
      assertProblem(idxSource(cut, labels, List.of()), this, "images: is truncated or damaged");
    }
    assertProblem(
        idxSource(images, Images.truncated(labels, 0.9), List.of()),
        this,
        "labels: is truncated or damaged");
    assertProblem(
        new IdxSource(folder + "/none", folder + "/none", List.of()),
        this,
        "none: there is no such file");
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
