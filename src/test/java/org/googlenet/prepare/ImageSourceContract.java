package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.common.Problem;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every source of images promises, wherever they lie. */
public abstract class ImageSourceContract {

  private static final Stores STORES = new Stores(Map.of());

  @TempDir private Path folder;

  private JavaSparkContext spark;
  private ImageSource source;

  /** The kind of the source. */
  protected abstract ImageSourceKind kind();

  /** Writes at least four images of at least two classes below a folder, and names them. */
  protected abstract ImageSourceKind.Inputs write(Path folder) throws IOException;

  @BeforeEach
  void writeImages() throws IOException {
    spark = LocalSpark.context();
    source = kind().source(write(Files.createDirectories(folder.resolve("source"))));
  }

  private ImageSource.Listing list() throws IOException {
    return source.list(spark, STORES);
  }

  private static Map<String, byte[]> read(ImageSource source, List<ImageRef> images)
      throws IOException {
    Map<String, byte[]> read = new LinkedHashMap<>();
    source.read(STORES, images, (image, encoded) -> read.put(image.key(), encoded));
    return read;
  }

  private Dataset prepare(String output) {
    return new PrepareJob(spark, STORES)
        .run(
            new PrepareJob.Options(
                source,
                folder.resolve(output).toString(),
                "train",
                1,
                1,
                new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
                0))
        .orThrow();
  }

  @Test
  void theKindIsFoundByItsName() {
    assertThat(ImageSourceKind.all().get(kind().name())).hasSameClassAs(kind());
  }

  @Test
  void keysAreDistinctAndFitForAShardAndLabelsAreThoseOfTheClasses() throws IOException {
    ImageSource.Listing listing = list();
    assertThat(listing.classNames()).hasSizeGreaterThan(1).doesNotHaveDuplicates();
    assertThat(listing.images()).hasSizeGreaterThan(3);
    assertThat(listing.images()).extracting(ImageRef::key).doesNotHaveDuplicates();
    assertThat(listing.images())
        .allSatisfy(
            image -> {
              assertThat(image.key()).isNotEmpty().doesNotContain(".");
              assertThat(image.label()).isBetween(0, listing.classNames().size() - 1);
            });
  }

  @Test
  void aListingSaysTheSameEachTime() throws IOException {
    ImageSource.Listing first = list();
    assertThat(list().classNames()).isEqualTo(first.classNames());
    assertThat(list().images()).containsExactlyInAnyOrderElementsOf(first.images());
  }

  @Test
  void imagesAreReadInTheOrderAskedForAndAloneTheSame() throws IOException {
    List<ImageRef> images = new ArrayList<>(list().images());
    Map<String, byte[]> all = read(source, images);
    Collections.reverse(images);
    assertThat(read(source, images).keySet())
        .containsExactlyElementsOf(images.stream().map(ImageRef::key).toList());
    for (ImageRef image : images) {
      assertThat(read(source, List.of(image)).get(image.key())).isEqualTo(all.get(image.key()));
      assertThatCode(() -> Decoder.check(all.get(image.key()))).doesNotThrowAnyException();
    }
  }

  @Test
  void itTravelsToTasks() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ImageSource arrived = (ImageSource) in.readObject();
      List<ImageRef> images = list().images();
      assertThat(read(arrived, images)).usingRecursiveComparison().isEqualTo(read(source, images));
    }
  }

  @Test
  void itBecomesTheSameDataSetEachTime() {
    Dataset one = prepare("one");
    assertThat(prepare("other").fingerprint()).isEqualTo(one.fingerprint());
    assertThat(one.shards()).hasSizeGreaterThan(1);
  }

  @Test
  void messagesNameTheImageInItsPlace() throws IOException {
    assertThat(source.place()).contains(folder.resolve("source").toString());
    for (ImageRef image : list().images()) {
      assertThat(source.nameOf(image)).startsWith(source.place()).isNotEqualTo(source.place());
    }
  }

  @Test
  void aSourceThatIsGoneIsOneLineThatNamesIt() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("source"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> prepare("out"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(folder.resolve("source").toString())
        .message()
        .doesNotContain("\n");
  }
}
