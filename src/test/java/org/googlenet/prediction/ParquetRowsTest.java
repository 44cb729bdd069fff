package org.googlenet.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.googlenet.evaluation.Predictor.Ranked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {

  private static final PredictionRow READ =
      new PredictionRow(
          "a/Ä \uD83D\uDC31.jpg",
          "cat",
          List.of(new Ranked("cat", 3, 0.75f), new Ranked("dog", 0, 0.25f)),
          null,
          null);
  private static final PredictionRow UNREADABLE =
      new PredictionRow("b.jpg", null, null, null, "image is empty");

  @TempDir private Path folder;

  private Path written(String name, boolean hasFeatures, PredictionRow... rows) throws IOException {
    Path file = folder.resolve(name);
    try (RowWriter writer = RowFormat.PARQUET.open(file, hasFeatures)) {
      for (PredictionRow row : rows) {
        writer.write(row);
      }
    }
    return file;
  }

  /** As Parquet's own library reads them. */
  private static List<Group> read(Path file) throws IOException {
    List<Group> groups = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration(false))
            .build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        groups.add(group);
      }
    }
    return groups;
  }

  @Test
  void parquetsOwnLibraryReadsTheRowsBack() throws IOException {
    List<Group> rows = read(written("a.parquet", false, READ, UNREADABLE));
    assertThat(rows).hasSize(2);
    Group first = rows.get(0);
    assertThat(first.getString("key", 0)).isEqualTo(READ.key());
    assertThat(first.getString("label", 0)).isEqualTo("cat");
    assertThat(first.getFieldRepetitionCount("error")).isZero();
    Group classes = first.getGroup("classes", 0);
    assertThat(classes.getFieldRepetitionCount("list")).isEqualTo(2);
    Group second = classes.getGroup("list", 1).getGroup("element", 0);
    assertThat(second.getString("name", 0)).isEqualTo("dog");
    assertThat(second.getInteger("label", 0)).isZero();
    assertThat(second.getFloat("probability", 0)).isEqualTo(0.25f);
    assertThat(rows.get(1).getString("error", 0)).isEqualTo("image is empty");
    assertThat(rows.get(1).getFieldRepetitionCount("classes")).isZero();
    assertThat(rows.get(1).getFieldRepetitionCount("label")).isZero();
  }

  @Test
  void featuresAreAListOfFloats() throws IOException {
    PredictionRow with =
        new PredictionRow("a", null, READ.classes(), new float[] {0, -1.5f, 2}, null);
    List<Group> rows = read(written("f.parquet", true, with, UNREADABLE));
    Group features = rows.get(0).getGroup("features", 0);
    assertThat(features.getFieldRepetitionCount("list")).isEqualTo(3);
    assertThat(features.getGroup("list", 1).getFloat("element", 0)).isEqualTo(-1.5f);
    assertThat(rows.get(1).getFieldRepetitionCount("features")).isZero();
  }

  @Test
  void theSameRowsGiveTheSameBytesAndNoneGiveAFile() throws IOException {
    assertThat(written("one.parquet", false, READ, UNREADABLE))
        .hasSameBinaryContentAs(written("two.parquet", false, READ, UNREADABLE));
    assertThat(read(written("none.parquet", false))).isEmpty();
    assertThat(Files.size(folder.resolve("none.parquet"))).isPositive();
  }

  @Test
  void aLineOfJsonHasEveryColumn() throws IOException {
    Path file = folder.resolve("a.jsonl");
    try (RowWriter writer = RowFormat.JSONL.open(file, false)) {
      writer.write(READ);
      writer.write(UNREADABLE);
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"key\":\"a/Ä \uD83D\uDC31.jpg\",\"label\":\"cat\",\"classes\":[{\"name\":\"cat\",\"label\":3,\"probability\":0.75},{\"name\":\"dog\",\"label\":0,\"probability\":0.25}],\"error\":null}",
            "{\"key\":\"b.jpg\",\"label\":null,\"classes\":null,\"error\":\"image is empty\"}");
  }
}
