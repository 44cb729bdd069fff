package org.googlenet.data.format.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Hugging Face's library and pyarrow wrote; {@code make.py} beside them says how. */
class WrittenByPyarrowTest {

  private static final Path FOLDER = Path.of("src/test/resources/parquet");
  private static final ParquetFormat FORMAT = new ParquetFormat();

  private final ObjectStore store = new MemoryStore();

  /**
   * A row that must be found.
   *
   * @param sha256 of the image
   */
  private record Row(String label, String name, String sha256) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("rows.txt"))) {
      int last = line.lastIndexOf(' ');
      rows.add(new Row(line.substring(0, 1), line.substring(2, last), line.substring(last + 1)));
    }
    return rows;
  }

  static Stream<String> ofOneSchema() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet"))
          .filter(name -> !name.matches("(nulls|lz4|plain-columns).*"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private Scanned scan(String file, Fields fields) throws IOException {
    store.create(file, ObjectStore.Body.of(Files.readAllBytes(FOLDER.resolve(file))));
    return Scanned.of(FORMAT, store, file, fields);
  }

  @ParameterizedTest
  @MethodSource("ofOneSchema")
  void eachRowIsTold(String file) throws IOException {
    Scanned scanned = scan(file, Fields.DEFAULT);
    assertThat(scanned.bad).isEmpty();
    assertThat(scanned.broken).isEmpty();
    assertThat(scanned.sha256).isEqualTo(Sha256.of(Files.readAllBytes(FOLDER.resolve(file))));
    List<Row> rows = rows();
    assertThat(scanned.records).hasSameSizeAs(rows);
    String stem = file.replace(".parquet", "");
    for (int i = 0; i < rows.size(); i++) {
      StoredRecord record = scanned.records.get(i);
      assertThat(record.key()).isEqualTo(String.format(Locale.ROOT, "%s/%06d", stem, i));
      assertThat(record.label()).isEqualTo(rows.get(i).label());
      assertThat(Sha256.of(record.image())).isEqualTo(rows.get(i).sha256());
    }
  }

  @ParameterizedTest
  @MethodSource("ofOneSchema")
  void eachRangeIsRead(String file) throws IOException {
    Shard shard = scan(file, Fields.DEFAULT).index(store, file);
    IndexedShard index = FORMAT.index(new ShardSource(store, shard));
    List<Row> rows = rows();
    for (int from = 0; from < rows.size(); from++) {
      for (int to = from + 1; to <= rows.size(); to++) {
        try (RecordReader reader = index.read(from, to)) {
          for (int i = from; i < to; i++) {
            assertThat(Sha256.of(reader.next().image())).isEqualTo(rows.get(i).sha256());
          }
          assertThat(reader.next()).isNull();
        }
      }
    }
  }

  @Test
  void theClassNamesOfHuggingFaceAreTold() throws IOException {
    assertThat(scan("datasets.parquet", Fields.DEFAULT).classNames)
        .isEqualTo(Map.of("0", "cat", "1", "dog", "2", "tench, Tinca tinca"));
  }

  @Test
  void columnsMayHaveOtherNamesAndLabelsMayBeNames() throws IOException {
    Scanned scanned = scan("plain-columns.parquet", new Fields("jpg", "cls", "id"));
    List<Row> rows = rows();
    assertThat(scanned.records).hasSameSizeAs(rows);
    assertThat(scanned.records.get(2).key()).isEqualTo("photos/2%2Ev1%2Epng");
    assertThat(scanned.records.get(2).label()).isEqualTo(rows.get(2).name());
    assertThat(Sha256.of(scanned.records.get(2).image())).isEqualTo(rows.get(2).sha256());
  }

  @Test
  void theOnlyColumnOfBytesIsTheImage() throws IOException {
    assertThat(scan("plain-columns.parquet", new Fields("", "cls", "")).records).hasSize(12);
  }

  @Test
  void rowsWithoutAnImageOrALabelAreBad() throws IOException {
    Scanned scanned = scan("nulls.parquet", Fields.DEFAULT);
    assertThat(scanned.bad).hasSize(3);
    assertThat(scanned.bad.get(0)).startsWith("row 7 has no image; ");
    assertThat(scanned.bad.get(1)).startsWith("row 8 has no image; ");
    assertThat(scanned.bad.get(2)).startsWith("row 9 has no label; ");
    assertThat(scanned.records).hasSize(9);
    Shard shard = scanned.index(store, "nulls.parquet");
    try (RecordReader reader = FORMAT.index(new ShardSource(store, shard)).read(6, 9)) {
      assertThat(Sha256.of(reader.next().image())).isEqualTo(rows().get(6).sha256());
      assertThat(reader.next().key()).isEqualTo("nulls/000010");
      assertThat(Sha256.of(reader.next().image())).isEqualTo(rows().get(11).sha256());
    }
  }

  @Test
  void anotherCompressionIsNamed() throws IOException {
    Scanned scanned = scan("lz4.parquet", Fields.DEFAULT);
    assertThat(scanned.bad)
        .hasSize(12)
        .allMatch(line -> line.contains("LZ4") && line.contains("not supported"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "label", "key"})
  void aColumnThatIsNotThereIsAnsweredWithThoseThatAre(String field) {
    Fields fields =
        new Fields(
            field.equals("image") ? "img" : "jpg",
            field.equals("label") ? "lbl" : "cls",
            field.equals("key") ? "k" : "id");
    assertThatThrownBy(() -> scan("plain-columns.parquet", fields))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("plain-columns.parquet")
        .hasMessageContaining("(it has id, jpg, cls); name one with --" + field + "-field");
  }

  @Test
  void aColumnOfAnotherKindIsRefused() {
    assertThatThrownBy(() -> scan("datasets.parquet", new Fields("label", "", "")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("column 'label' does not have one image a row, but INT64");
  }

  @Test
  void aFileThatIsNotParquetIsBroken() throws IOException {
    store.create("x.parquet", ObjectStore.Body.of("PAR1 and then nothing".getBytes(UTF_8)));
    assertThat(Scanned.of(FORMAT, store, "x.parquet", Fields.DEFAULT).broken)
        .singleElement()
        .asString()
        .contains("is not a Parquet file, or its end is missing");
  }
}
