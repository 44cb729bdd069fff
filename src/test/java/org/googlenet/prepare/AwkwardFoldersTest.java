package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.common.Tolerance;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/** Folders as people have them: what is taken, what is passed over, and what is bad. */
class AwkwardFoldersTest extends PrepareFixture {

  private static final byte[] HTML = "<!doctype html>".getBytes(StandardCharsets.UTF_8);

  private FolderSource photos() {
    return new FolderSource(folder.resolve("photos").toString(), List.of());
  }

  /** Three images of each of two classes. */
  private void twoClasses() throws IOException {
    for (int i = 0; i < 3; i++) {
      write("photos/cat/" + i + ".jpg", Images.jpeg(40, 30, i));
      write("photos/dog/" + i + ".jpg", Images.jpeg(40, 30, 10 + i));
    }
  }

  private PrepareReport report(PrepareJob.Forgiveness forgiveness) {
    return report(options(photos(), "out").withForgiveness(forgiveness));
  }

  private PrepareReport report() {
    return report(PrepareJob.Forgiveness.NONE);
  }

  private static PrepareJob.Forgiveness skipping(String tolerance) {
    return new PrepareJob.Forgiveness(Tolerance.parse(tolerance).orElseThrow(), false);
  }

  private static Map<Omission, Long> counts(PrepareReport report) {
    Map<Omission, Long> counts = new TreeMap<>();
    report.omissions().bad().forEach(kind -> counts.put(kind.omission(), kind.count()));
    report.omissions().passedOver().forEach(kind -> counts.put(kind.omission(), kind.count()));
    return counts;
  }

  @Test
  void filesWithoutAnImagesExtensionAreTakenByTheirContent() throws IOException {
    twoClasses();
    for (String name : List.of("a.jfif", "b.jpe", "c", "d.jpg.1", "e.jpg ")) {
      write("photos/cat/" + name, Images.jpeg(30, 30, name.length()));
    }
    write("photos/cat/f.part", Images.png(30, 30, 99));
    write("photos/cat/readme", HTML);
    write("photos/labels.csv", HTML);

    PrepareReport report = report();

    assertThat(labels(report.orThrow()))
        .hasSize(12)
        .containsKeys("cat/a", "cat/b", "cat/c", "cat/d%2Ejpg", "cat/e", "cat/f");
    assertThat(counts(report)).isEqualTo(Map.of(Omission.OTHER, 2L));
    assertThat(report.lines())
        .containsExactly("passed over: not an image, 2: cat/readme, labels.csv");
  }

  @Test
  void anImageOfAnEncodingThatIsNotDecodedIsBadByItsName() throws IOException {
    twoClasses();
    byte[] heic = new byte[40];
    System.arraycopy("ftypheic".getBytes(StandardCharsets.US_ASCII), 0, heic, 4, 8);
    heic[3] = 24;
    write("photos/cat/phone.heic", heic);
    assertThatThrownBy(() -> report().orThrow())
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("cat/phone.heic: image is HEIC");
  }

  @Test
  void whatSystemsHideIsCountedAndNotTaken() throws IOException {
    twoClasses();
    write("photos/.DS_Store", HTML);
    write("photos/cat/._0.jpg", HTML);
    write("photos/.ipynb_checkpoints/0.jpg", Images.jpeg(9, 9, 1));
    write("photos/__MACOSX/cat/x.jpg", Images.jpeg(9, 9, 2));

    PrepareReport report = report();

    assertThat(report.orThrow().classNames()).containsExactly("cat", "dog");
    assertThat(report.orThrow().records()).isEqualTo(6);
    assertThat(counts(report)).isEqualTo(Map.of(Omission.HIDDEN, 4L));
  }

  @Test
  void aClassWithoutImagesIsRefusedByNameUnlessItMayBeEmpty() throws IOException {
    twoClasses();
    write("photos/horse/a.page", HTML);
    Files.createDirectories(folder.resolve("photos/zebra"));

    assertThatThrownBy(() -> report().orThrow())
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("photos: no image that can be used in 2 classes: horse, zebra;")
        .hasMessageContaining("--allow-empty-classes");

    PrepareReport allowed = report(new PrepareJob.Forgiveness(Tolerance.NONE, true));
    assertThat(allowed.orThrow().classNames()).containsExactly("cat", "dog", "horse", "zebra");
    assertThat(allowed.emptyClasses()).containsExactly("horse", "zebra");
    assertThat(allowed.lines()).contains("without records: 2 classes: horse, zebra");
  }

  @Test
  void aClassWhoseImagesAreAllBadIsLostToo() throws IOException {
    twoClasses();
    write("photos/horse/a.jpg", HTML);
    assertThatThrownBy(() -> report(skipping("50%")).orThrow())
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("photos: no image that can be used in class horse;");
  }

  @Test
  void aGivenClassWithoutImagesIsOnlyTold() throws IOException {
    twoClasses();
    List<String> names = List.of("emu", "cat", "tench, Tinca tinca", "dog");
    PrepareReport report = report(options(new FolderSource(photos().location(), names), "out"));
    assertThat(report.orThrow().classNames()).isEqualTo(names);
    assertThat(report.lines())
        .containsExactly("without records: 2 classes: emu, tench, Tinca tinca");
  }

  @Test
  void allThatIsBadIsListedAtOnceByKind() throws Exception {
    twoClasses();
    write("photos/cat/bad.jpg", HTML);
    write("photos/cat/cut.jpg", Images.truncated(Images.jpeg(90, 90, 5), 0.5));
    write("photos/cat/0.png", Images.png(9, 9, 3));
    write("photos/dog/1.JPG", Images.jpeg(9, 9, 4));
    write("photos/cat/a\nb.jpg", Images.jpeg(9, 9, 6));
    write("photos/preview.jpg", Images.jpeg(9, 9, 7));
    Path cats = folder.resolve("photos/cat");
    Files.createSymbolicLink(cats.resolve("annexed.jpg"), Path.of("/nowhere/annex/1"));
    Files.createSymbolicLink(cats.resolve("up"), Path.of(".."));
    assertThat(
            new ProcessBuilder(
                    "bash", "-c", "cp \"$0\"/0.jpg \"$0\"/caf$'\\xe9'.jpg", cats.toString())
                .start()
                .waitFor())
        .isZero();

    PrepareReport report = report();

    assertThat(counts(report))
        .isEqualTo(
            Map.of(
                Omission.IMAGE, 2L,
                Omission.KEY, 2L,
                Omission.CLASS, 1L,
                Omission.LINK, 2L,
                Omission.NAME, 2L));
    assertThat(String.join("\n", report.lines()))
        .contains(
            "bad: not decodable, 2",
            "cat/bad.jpg: image ",
            "cat/cut.jpg: image is damaged or ends",
            "cat/0.jpg and ",
            "cat/0.png: would both be record 'cat/0'; rename one",
            "dog/1.jpg: would both be record 'dog/1'; rename one",
            "cat/a?b.jpg: its name has a control character",
            "cat/caf\uFFFD.jpg: its name is not in UTF-8; rename it",
            "cat/annexed.jpg: is a link to a file that does not exist",
            "cat/up: is a loop of links",
            "preview.jpg: lies in no class folder");
    assertThatThrownBy(report::orThrow)
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(
            "photos: 9 of 15 images are bad (2 not decodable, 2 key taken, 1 in no class")
        .hasMessageContaining("--skip-bad=9")
        .message()
        .doesNotContain("\n");
    assertThat(folder.resolve("out/dataset.json")).doesNotExist();
  }

  @Test
  void badImagesAreLeftOutUpToATolerance() throws IOException {
    twoClasses();
    write("photos/cat/a.jpg", HTML);
    write("photos/cat/b.jpg", HTML);
    assertThatThrownBy(() -> report(skipping("1")).orThrow())
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("2 of 8 images are bad, which --skip-bad=1 does not allow (2 not");

    PrepareReport report = report(skipping("25%"));

    assertThat(labels(report.orThrow())).hasSize(6).doesNotContainKeys("cat/a", "cat/b");
    assertThat(report.lines().get(0)).isEqualTo("bad: not decodable, 2");
    assertThat(report.lines()).hasSize(3);
  }

  @Test
  void ofManyBadImagesTheFirstTenAreNamed() throws IOException {
    for (int i = 10; i < 30; i++) {
      write("photos/cat/" + i + ".jpg", HTML);
    }
    PrepareReport report = report();
    assertThat(report.lines().get(0)).isEqualTo("bad: not decodable, 20; the first 10");
    assertThat(report.lines()).hasSize(12);
    assertThat(report.lines().get(1)).contains("cat/10.jpg");
    assertThat(report.lines().get(10)).contains("cat/19.jpg");
  }

  @Test
  void namesInAnyScriptAreKept() throws IOException {
    write("photos/naïve café/日.jpg", Images.jpeg(9, 9, 1));
    write("photos/🐈 cat/🐈.jpg", Images.jpeg(9, 9, 2));
    write("photos/50%/a b.jpg", Images.jpeg(9, 9, 3));
    assertThat(labels(report().orThrow()))
        .containsOnlyKeys("naïve café/日", "🐈 cat/🐈", "50%25/a b");
  }

  @Test
  void anUnknownFolderIsNamedBesideTheClassNames() throws IOException {
    twoClasses();
    write("photos/emu/x.jpg", Images.jpeg(9, 9, 1));
    assertProblem(
        new FolderSource(photos().location(), List.of("cat")),
        this,
        "photos: folder 'dog', 'emu' is not one of the 1 class names");
  }
}
