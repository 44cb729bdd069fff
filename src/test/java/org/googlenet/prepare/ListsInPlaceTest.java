package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DamagedRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.image.Images;
import org.googlenet.storage.StorageRefused;
import org.junit.jupiter.api.Test;

/** Lists of images that lie anywhere become data sets. */
class ListsInPlaceTest extends PrepareFixture {

  private IndexReport index(Tolerance tolerance, String list) throws IOException {
    write("lists/all.csv", list.getBytes(UTF_8));
    return indexNamed(tolerance, folder.resolve("lists/all.csv").toString());
  }

  private IndexReport indexNamed(Tolerance tolerance, String lists) {
    return new IndexJob(spark, STORES)
        .run(
            new IndexJob.Options(
                List.of(lists),
                "",
                folder.resolve("set").toString(),
                "train",
                new IndexOptions(Fields.DEFAULT, List.of(), 0),
                tolerance));
  }

  private static List<String> findings(IndexReport report) {
    return report.findings().stream().flatMap(finding -> finding.first().stream()).toList();
  }

  @Test
  void imagesAreReadFromWhereverTheyLie() throws IOException {
    write("photos/a.png", Images.png(9, 8, 1));
    write("lists/b.jpg", Images.jpeg(9, 8, 2));
    write("elsewhere/c d.png", Images.png(9, 8, 3));
    Dataset dataset =
        index(
                Tolerance.NONE,
                "path,label\n../photos/a.png,cat\nb.jpg,\"dog, wild\"\n%s/elsewhere/c d.png,cat\n"
                    .formatted(folder))
            .orThrow();
    assertThat(dataset.classNames()).containsExactly("cat", "dog, wild");
    String where = folder.toString().substring(1);
    assertThat(labels(Dataset.open(STORES, dataset.location())))
        .containsEntry("b", 1)
        .containsEntry(where + "/elsewhere/c d", 0)
        .hasSize(3);
    ValidateJob.Report report =
        new ValidateJob(spark, STORES).run(List.of(dataset.location()), Optional.empty());
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void allThatIsBadIsToldAtOnce() throws IOException {
    write("lists/a.png", Images.png(9, 8, 1));
    write("lists/b.png", "<html>".getBytes(UTF_8));
    IndexReport report =
        index(
            Tolerance.NONE,
            "a.png,cat\nb.png,dog\nmissing.png,cat\na.png,cat\n# no more\nc.png\n.hidden.png,cat\n");
    assertThat(report.dataset()).isEmpty();
    assertThat(findings(report))
        .anyMatch(line -> line.contains("record b: image"))
        .anyMatch(
            line ->
                line.contains(
                    "line 3 of the list: " + folder + "/lists/missing.png does not exist"))
        .anyMatch(line -> line.contains("record a: its key is that of another record"))
        .anyMatch(line -> line.contains("line 6 of the list: has no label for image 'c.png'"))
        .anyMatch(line -> line.contains("line 7 of the list: '.hidden.png' is not the name"))
        .hasSize(5);
    assertThat(report.passedOver()).containsOnlyKeys("comment lines");
    assertThatThrownBy(report::orThrow).isInstanceOf(DataProblem.class);
  }

  @Test
  void aListThatWasMendedIsReadAgain() throws IOException {
    write("lists/a.png", Images.png(9, 8, 1));
    write("lists/b.png", Images.png(9, 8, 2));
    assertThatThrownBy(() -> index(Tolerance.NONE, "a.png,0\nb.png,-\n"))
        .hasMessageContaining("labels are numbers and names: '0' in shard train-00000.imagelist");
    Dataset dataset = index(Tolerance.NONE, "a.png,0\nb.png,1\n").orThrow();
    assertThat(labels(dataset)).containsEntry("a", 0).containsEntry("b", 1);
  }

  @Test
  void anImageThatChangedSinceItWasIndexedIsRefused() throws IOException {
    write("lists/a.png", Images.png(9, 8, 1));
    Dataset dataset = index(Tolerance.NONE, "a.png,0\n").orThrow();
    write("lists/a.png", Images.png(9, 8, 5));
    assertThatThrownBy(() -> labels(dataset))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("record a")
        .hasMessageContaining("changed");
  }

  @Test
  void aMissingImageEndsATrainingButIsAFindingOfValidate() throws IOException {
    write("lists/a.png", Images.png(9, 8, 1));
    write("lists/b.png", Images.png(9, 8, 2));
    Dataset dataset = index(Tolerance.NONE, "a.png,0\nb.png,1\n").orThrow();
    Files.delete(folder.resolve("lists/a.png"));
    assertThatThrownBy(() -> labels(dataset))
        .isInstanceOf(DataProblem.class)
        .isNotInstanceOf(DamagedRecord.class)
        .hasMessageContaining(
            "record a: %s/lists/a.png does not exist; bring the image back".formatted(folder));
    ValidateJob.Report report =
        new ValidateJob(spark, STORES).run(List.of(dataset.location()), Optional.empty());
    assertThat(report.findings())
        .singleElement()
        .matches(finding -> finding.kind().equals("record") && finding.count() == 1);
  }

  @Test
  void storageThatRefusesIsNoBadRecord() throws IOException {
    Path loop = folder.resolve("lists/loop.png");
    write("lists/a.png", Images.png(9, 8, 1));
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> index(Tolerance.parse("5").orElseThrow(), "a.png,0\nloop.png,1\n"))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("loop.png");
    assertThat(findings(index(Tolerance.NONE, "a.png,0\nhttp://x/y.png,1\n")))
        .singleElement()
        .asString()
        .contains("line 2 of the list: http://x/y.png cannot be read (http://x: storage of kind");
  }

  @Test
  void listsInTheOutputStayAsTheyAre() throws IOException {
    write("set/a.png", Images.png(9, 8, 1));
    write("set/b.png", Images.png(9, 8, 2));
    write("set/train-00000.jsonl", "{\"uri\": \"a.png\", \"label\": 0}".getBytes(UTF_8));
    write("set/train-00001.jsonl", "{\"uri\": \"b.png\", \"label\": -1}".getBytes(UTF_8));
    String pattern = folder.resolve("set/*.jsonl").toString();
    assertThat(indexNamed(Tolerance.NONE, pattern).dataset()).isEmpty();
    write("set/train-00001.jsonl", "{\"uri\": \"b.png\", \"label\": 1}".getBytes(UTF_8));
    Dataset dataset = indexNamed(Tolerance.NONE, pattern).orThrow();
    assertThat(labels(dataset)).containsOnlyKeys("a", "b");
    assertThat(folder.resolve("set/train-00000.jsonl"))
        .hasContent("{\"uri\": \"a.png\", \"label\": 0}");
    assertThat(folder.resolve("set/index-unfinished.json")).doesNotExist();
  }

  @Test
  void imagesThatChangedBehindTheSameListAreIndexedAgain() throws IOException {
    write("lists/a.png", Images.png(9, 8, 1));
    Dataset first = index(Tolerance.NONE, "a.png,0\n").orThrow();
    Files.delete(folder.resolve("set/dataset.json"));
    write("lists/a.png", Images.png(9, 8, 5));
    Dataset second = index(Tolerance.NONE, "a.png,0\n").orThrow();
    assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
    assertThat(labels(second)).containsEntry("a", 0);
  }

  @Test
  void aListOfNoImageIsRefused() {
    assertThatThrownBy(() -> index(Tolerance.NONE, ""))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("all.csv: names no images");
  }
}
