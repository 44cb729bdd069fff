package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.LongAccumulator;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Images;
import org.googlenet.prepare.RowsJob.Row;
import org.junit.jupiter.api.Test;

/** Rows of an RDD become data sets whose bytes follow from their content alone. */
class RowsJobTest extends PrepareFixture {

  private static final List<String> NAMES = List.of("cat", "dog");

  /** Calls of the function that gives {@link #changing} rows, in this JVM, as tasks here are. */
  private static final AtomicInteger CALLS = new AtomicInteger();

  private static Row row(int number, int label, boolean validates) {
    return new Row("row " + number, label, validates, Images.png(20 + number, 20, number));
  }

  private static List<Row> rows(int count) {
    return IntStream.range(0, count).mapToObj(i -> row(i, i % 2, false)).toList();
  }

  private RowsJob.Options options(String output, double fraction, boolean skipsBad) {
    return new RowsJob.Options(folder.resolve(output).toString(), NAMES, fraction, 7, skipsBad);
  }

  private static RowsJob.Made made(List<Row> rows, int partitions, RowsJob.Options options) {
    return made(spark.parallelize(rows, partitions), options);
  }

  private static RowsJob.Made made(JavaRDD<Row> rows, RowsJob.Options options) {
    return new RowsJob(spark, STORES).run(rows, options);
  }

  @Test
  void everyRowIsInOneOfTheSetsWithItsBytes() throws IOException {
    List<Row> rows = rows(40);
    RowsJob.Made made = made(rows, 3, options("out", 0.25, false));
    Map<String, byte[]> train = entries(made.train());
    Map<String, byte[]> validation = entries(made.validation());
    assertThat(made.train().records() + made.validation().records()).isEqualTo(40);
    assertThat(made.validation().records()).isBetween(5L, 15L);
    assertThat(made.train().classNames()).isEqualTo(NAMES);
    List<byte[]> images = new ArrayList<>();
    for (Map<String, byte[]> each : List.of(train, validation)) {
      each.forEach(
          (name, bytes) -> {
            if (name.endsWith(".png")) {
              images.add(bytes);
            }
          });
    }
    assertThat(images).containsExactlyInAnyOrderElementsOf(rows.stream().map(Row::image).toList());
  }

  @Test
  void theOrderAndThePartitionsOfTheRowsDoNotChangeAByte() {
    List<Row> rows = rows(30);
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(3));
    RowsJob.Made one = made(rows, 1, options("one", 0.2, false));
    RowsJob.Made two = made(shuffled, 5, options("two", 0.2, false));
    assertThat(two.train().fingerprint()).isEqualTo(one.train().fingerprint());
    assertThat(two.validation().fingerprint()).isEqualTo(one.validation().fingerprint());
  }

  @Test
  void anotherLabelSeedOrSideIsAnotherSet() {
    List<Row> rows = rows(30);
    List<Row> relabelled = new ArrayList<>(rows);
    relabelled.set(0, row(0, 1, false));
    List<Row> moved = new ArrayList<>(rows);
    for (int i = 0; i < 5; i++) {
      moved.set(i, row(i, i % 2, true));
    }
    String one = made(rows, 1, options("out", 0.2, false)).train().location();
    assertThat(made(relabelled, 1, options("out", 0.2, false)).train().location())
        .isNotEqualTo(one);
    assertThat(made(rows, 1, options("out", 0.4, false)).train().location()).isNotEqualTo(one);
    assertThat(made(rows, 1, options("out", 0.2, false)).train().location()).isEqualTo(one);
    assertThat(made(moved, 1, options("out", 0.2, false)).train().location()).isNotEqualTo(one);
  }

  @Test
  void rowsThatAreThereAlreadyAreReadOnceAndNotWritten() {
    LongAccumulator read = spark.sc().longAccumulator();
    JavaRDD<Row> rows =
        spark
            .parallelize(rows(20), 2)
            .map(
                row -> {
                  read.add(1);
                  return row;
                });
    Dataset first = made(rows, options("out", 0.3, false)).train();
    assertThat(read.value()).isEqualTo(40);
    assertThat(made(rows, options("out", 0.3, false)).train()).isEqualTo(first);
    assertThat(read.value()).isEqualTo(60);
  }

  @Test
  void rowsThatSayThatTheyValidateDoAndNoOther() {
    List<Row> rows = new ArrayList<>(rows(10));
    rows.add(row(100, 0, true));
    rows.add(row(101, 1, true));
    RowsJob.Made made = made(rows, 2, options("out", 0, false));
    assertThat(made.train().records()).isEqualTo(10);
    assertThat(made.validation().records()).isEqualTo(2);
    assertThatThrownBy(() -> made(rows(10), 2, options("out", 0, false)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("no image is left for validation");
  }

  @Test
  void equalImagesAreSeveralRecordsOfOneSet() throws IOException {
    List<Row> rows = new ArrayList<>(rows(10));
    rows.addAll(rows(10));
    rows.add(row(0, 1, false));
    RowsJob.Made made = made(rows, 4, options("out", 0.5, false));
    assertThat(made.train().records() + made.validation().records()).isEqualTo(21);
    assertThat(keys(made.train())).hasSize((int) made.train().records());
    assertThat(keys(made.train())).doesNotContainAnyElementsOf(keys(made.validation()));
  }

  private static Set<String> keys(Dataset dataset) {
    return labels(dataset).keySet();
  }

  @Test
  void aBadImageIsNamedOrLeftOut() {
    List<Row> rows = new ArrayList<>(rows(20));
    rows.add(new Row("file:/a/b.png", 0, false, Images.truncated(rows.get(0).image(), 0.5)));
    rows.add(new Row("file:/a/c.png", 0, false, new byte[0]));
    assertThatThrownBy(() -> made(rows, 2, options("out", 0.3, false)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("2 of 22 images are bad")
        .hasMessageContaining("file:/a/b.png: image is damaged");
    RowsJob.Made made = made(rows, 2, options("out", 0.3, true));
    assertThat(made.train().records() + made.validation().records()).isEqualTo(20);
    assertThat(made.omissions().badCount()).isEqualTo(2);
  }

  @Test
  void rowsThatAreOthersTheSecondTimeAreRefused() {
    assertThatThrownBy(() -> made(changing(), options("out", 0.3, false)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("the rows were others when they were read again");
  }

  private static JavaRDD<Row> changing() {
    return spark
        .parallelize(rows(10), 1)
        .map(row -> new Row(row.name(), 0, false, Images.png(9, 9, CALLS.incrementAndGet())));
  }
}
