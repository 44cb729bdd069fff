package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;

/** Lists of images that lie anywhere become data sets. */
class ListsInPlaceTest extends PrepareFixture {

  private IndexReport index(Tolerance tolerance, String list) throws IOException {
    write("lists/all.csv", list.getBytes(UTF_8));
    return new IndexJob(spark, STORES)
        .run(
            new IndexJob.Options(
                List.of(folder.resolve("lists/all.csv").toString()),
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
        .hasMessageContaining("labels are numbers and names: '0' in shard train-00000.jsonl");
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
    Files.delete(folder.resolve("lists/a.png"));
    assertThatThrownBy(() -> labels(dataset)).hasMessageContaining("does not exist");
  }

  @Test
  void aListOfNoImageIsRefused() {
    assertThatThrownBy(() -> index(Tolerance.NONE, ""))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("all.csv: names no images");
  }
}
