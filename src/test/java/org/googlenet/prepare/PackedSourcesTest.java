package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/** Data sets made of sources in which many images are one file: ILSVRC's tars and IDX files. */
class PackedSourcesTest extends PrepareFixture {

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
}
