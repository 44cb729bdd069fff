package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/**
 * Tars and lists as people have them; those of {@code src/test/resources/prepare} are made by the
 * script there, with Python's tarfile.
 */
class AwkwardPackedSourcesTest extends PrepareFixture {

  private static final Path FILES = Path.of("src/test/resources/prepare");

  private static String file(String name) {
    return FILES.resolve(name).toString();
  }

  private String text(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private PrepareReport report(ImageSource source) {
    return report(options(source, "out"));
  }

  private static List<Omission> kinds(PrepareReport report) {
    return report.omissions().passedOver().stream().map(Omissions.Kind::omission).toList();
  }

  @Test
  void appleDoubleFilesInTarsArePassedOver() {
    for (String tar : List.of("appledouble_inner.tar", "appledouble_outer.tar")) {
      PrepareReport report = report(options(new IlsvrcSource.Train(file(tar), ""), tar));
      assertThat(report.orThrow().classNames())
          .containsExactly("n01440764", "n01443537", "n02119789");
      assertThat(report.orThrow().records()).isEqualTo(12);
      assertThat(kinds(report)).containsExactly(Omission.HIDDEN);
      assertThat(report.omissions().passedOver().get(0).count()).isEqualTo(3);
    }
  }

  @Test
  void linksInTarsAreNamed() {
    PrepareReport report = report(new IlsvrcSource.Train(file("hardlink.tar"), ""));
    assertThat(report.lines())
        .contains("bad: link not followed, 3")
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("hardlink.tar: n01440764_9.JPEG is a link to n01440764_0.JPEG;"));
    assertThatThrownBy(report::orThrow)
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("3 of 15 images are bad");
  }

  @Test
  void aGzippedTarIsNamedAsOne() {
    assertProblem(
        new IlsvrcSource.Train(file("plain.tar.gz"), ""),
        this,
        "plain.tar.gz: is gzipped, at byte 0; unpack it (gunzip)");
  }

  @Test
  void aByteOrderMarkIsIgnored() {
    assertThat(
            prepare(
                    new IlsvrcSource.Train(file("appledouble_outer.tar"), file("synsets_bom.txt")),
                    "out")
                .classNames())
        .containsExactly("n01440764", "n01443537", "n02119789");
  }

  @Test
  void aCommentOrANameTwiceIsFoundBeforeAnythingIsWritten() throws IOException {
    String tar = file("appledouble_outer.tar");
    assertProblem(
        new IlsvrcSource.Train(tar, file("synsets_comment.txt")),
        this,
        "synsets_comment.txt: '#' begins with '#', and comments are not known here; remove");
    String twice = text("twice.txt", "n01440764\nn01443537\nn02119789\nn01440764 tench\n");
    assertProblem(new IlsvrcSource.Train(tar, twice), this, "twice.txt: names 'n01440764' twice;");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void aSynsetsTarTwiceIsNamed() throws IOException {
    byte[] inner = PackedImages.tar(Map.of("a.JPEG", Images.jpeg(9, 9, 1)));
    Map<String, byte[]> twice = new TreeMap<>(Map.of("n01.tar", inner, "part2/n01.tar", inner));
    assertProblem(
        new IlsvrcSource.Train(write("twice.tar", PackedImages.tar(twice)).toString(), ""),
        this,
        "twice.tar: holds n01.tar twice; remove one");
  }

  @Test
  void allPairsOfOneKeyAreNamedAtOnce() throws IOException {
    Map<String, byte[]> images = new TreeMap<>();
    for (int i = 0; i < 3; i++) {
      images.put(i + ".jpg", Images.jpeg(9, 9, i));
    }
    byte[] inner = PackedImages.tar(images);
    Path tar =
        write(
            "same.tar",
            PackedImages.tar(new TreeMap<>(Map.of("cat.tar", inner, "dog.tar", inner))));
    PrepareReport report = report(new IlsvrcSource.Train(tar.toString(), ""));
    assertThat(report.lines()).contains("bad: key taken, 3").hasSizeGreaterThan(3);
  }

  @Test
  void allLabelsOutsideTheClassesAreNamedAtOnce() throws IOException {
    Map<String, byte[]> images = new TreeMap<>();
    for (int i = 1; i <= 4; i++) {
      images.put("v" + i + ".JPEG", Images.jpeg(9, 9, i));
    }
    String tar = write("val.tar", PackedImages.tar(images)).toString();
    PrepareReport report =
        report(
            new IlsvrcSource.Validation(
                tar, text("val.txt", "1\n7\n2\n0\n"), text("synsets.txt", "n01\nn02\n")));
    assertThat(report.lines())
        .contains("bad: label outside the classes, 2")
        .anySatisfy(line -> assertThat(line).contains("val.txt: line 2: label 7 is outside 1..2"))
        .anySatisfy(line -> assertThat(line).contains("val.txt: line 4: label 0 is outside 1..2"));
  }

  @Test
  void aClassThatNoLabelOfIdxHasIsTold() throws IOException {
    byte[] labels = {1, 2, 3, 1};
    PrepareReport report =
        report(
            new IdxSource(
                write("images", PackedImages.idx(0x803, new int[] {4, 2, 3}, new byte[24]))
                    .toString(),
                write("labels", PackedImages.idx(0x801, new int[] {4}, labels)).toString(),
                List.of()));
    assertThat(report.orThrow().classNames()).containsExactly("0", "1", "2", "3");
    assertThat(report.lines()).containsExactly("without records: class 0");
  }

  @Test
  void aListOfClassesMayHaveCommasInNames() throws IOException {
    String list = text("classes.txt", "\uFEFFtench, Tinca tinca\r\n\r\ngoldfish \r\n");
    assertThat(ClassList.in(STORES, list)).containsExactly("tench, Tinca tinca", "goldfish");
    assertThatThrownBy(() -> ClassList.in(STORES, text("two.txt", "cat\ndog\ncat\n")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("two.txt: names 'cat' twice");
    assertThatThrownBy(() -> ClassList.in(STORES, folder + "/none.txt"))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("none.txt: there is no such file");
  }
}
