package org.googlenet.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.data.image.Images;
import org.googlenet.evaluation.FreshModel;
import org.googlenet.evaluation.Predictor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each record of each kind of data has exactly one row. */
@Timeout(600)
class PredictedDataTest extends PredictionFixture {

  private static final byte[] TORN = "torn".getBytes(StandardCharsets.UTF_8);

  private static List<StoredRecord> records(int count) {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(new StoredRecord("r" + i, Images.jpeg(70, 70, i), "" + i % 3));
    }
    return records;
  }

  @Test
  void aRecordOfADataSetHasARowWithItsClassAndWhatThePredictorSays() throws IOException {
    List<Record> records = new ArrayList<>(SampleRecords.validation(5));
    Dataset good = SampleRecords.write(folder.resolve("good"), "validation", records);
    byte[] half = Images.truncated(Images.jpeg(70, 70, 1), 0.5);
    records.add(2, new Record("torn", half, 4));
    Dataset dataset = SampleRecords.write(folder.resolve("set"), "validation", records);

    PredictionReport report = predict(dataset.location());

    assertThat(report.rows()).isEqualTo(6);
    assertThat(report.unreadable()).isEqualTo(1);
    assertThat(report.parts()).isEqualTo(3);
    List<JsonNode> rows = rows();
    assertThat(texts(rows, "key")).isEqualTo(records.stream().map(Record::key).toList());
    assertThat(texts(rows, "label"))
        .isEqualTo(records.stream().map(r -> dataset.classNames().get(r.label())).toList());
    assertThat(rows.get(2).get("error").asText()).startsWith("image ");
    assertThat(rows.get(2).get("classes").isNull()).isTrue();
    rows.remove(2);
    List<Predictor.Prediction> expected = new ArrayList<>();
    new Predictor(model, FreshModel.spec(model, 4), 3)
        .predict(good, new BadRecordLimit(Tolerance.NONE, "--quarantine"), expected::add);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).get("error").isNull()).isTrue();
      assertThat(rows.get(i).get("classes")).hasSize(3);
      for (int rank = 0; rank < 3; rank++) {
        JsonNode each = rows.get(i).get("classes").get(rank);
        Predictor.Ranked ranked = expected.get(i).classes().get(rank);
        assertThat(each.get("name").asText()).isEqualTo(ranked.name());
        assertThat(each.get("label").asInt()).isEqualTo(ranked.label());
        assertThat((float) each.get("probability").asDouble())
            .isCloseTo(ranked.probability(), within(1e-5f));
      }
    }
  }

  @Test
  void aRecordThatIsDamagedOrHasALabelOfNoClassHasARow() throws IOException {
    Dataset dataset =
        SampleRecords.write(folder.resolve("set"), "validation", SampleRecords.validation(4));
    Path shard = folder.resolve("set").resolve(dataset.shards().get(0).name());
    byte[] bytes = Files.readAllBytes(shard);
    Arrays.fill(bytes, 0, 100, (byte) '?');
    Files.write(shard, bytes);

    predict(dataset.location());

    List<JsonNode> rows = rows();
    assertThat(rows).hasSize(4);
    assertThat(texts(rows, "error").get(0)).contains("validation-00000.tar");
    assertThat(texts(rows, "key").get(0)).isEqualTo("validation-00000/000000");
    assertThat(texts(rows, "error").subList(1, 4)).containsOnly("-");
  }

  @Test
  void anImageOfAFolderHasARowByItsPathAndNothingElseDoes() throws IOException {
    String[] names = {
      "photos/a.jpg",
      "photos/b c/#1 %20 'x',\"y\".jpg",
      "photos/b c/Ä日本 \uD83D\uDC31.png",
      "photos/deep/er/x=1/A.JPEG",
      "photos/no-extension",
      "photos/z/torn.jpg"
    };
    writeImages(names);
    write("photos/z/torn.jpg", Images.truncated(Images.jpeg(70, 70, 1), 0.5));
    write("photos/empty.png", new byte[0]);
    write("photos/notes.txt", TORN);
    write("photos/.hidden/x.jpg", Images.jpeg(70, 70, 1));
    Files.createSymbolicLink(folder.resolve("photos/gone.jpg"), Path.of("nowhere.jpg"));

    PredictionReport report = predict(folder.resolve("photos"));

    assertThat(report.kind()).isEqualTo("images");
    List<JsonNode> rows = rows();
    assertThat(texts(rows, "key"))
        .containsExactly(
            "a.jpg",
            "b c/#1 %20 'x',\"y\".jpg",
            "b c/Ä日本 \uD83D\uDC31.png",
            "deep/er/x=1/A.JPEG",
            "empty.png",
            "gone.jpg",
            "no-extension",
            "z/torn.jpg");
    assertThat(report.unreadable()).isEqualTo(3);
    assertThat(texts(rows, "error").get(4)).isEqualTo("image is empty");
    assertThat(texts(rows, "error").get(5)).contains("a link to a file that does not exist");
    assertThat(texts(rows, "error").get(7)).startsWith("image ");
    assertThat(report.omissions().lines())
        .containsExactly(
            "passed over: hidden, 1: .hidden", "passed over: not an image, 1: notes.txt");
  }

  @Test
  void aPatternAndASingleFileArePredicted() throws IOException {
    writeImages("p/2026-1.jpg", "p/2026-2.jpg", "p/2025.jpg", "p/sub/2026-3.jpg");
    predict(folder + "/p/2026-*.jpg");
    assertThat(texts(rows(), "key")).containsExactly("2026-1.jpg", "2026-2.jpg");

    predict(STORES, options(folder.resolve("p/2025.jpg"), folder.resolve("one")));
    assertThat(texts(rows(STORES.open(folder.resolve("one").toString())), "key"))
        .containsExactly("2025.jpg");
  }

  @Test
  void aRecordOfAWebDatasetTarHasARowWithOrWithoutALabel() throws IOException {
    write("tars/a.tar", ForeignShards.webDataset(records(3)));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("u1.jpg", Images.jpeg(70, 70, 1));
    entries.put("u2.jpg", TORN);
    entries.put("u3.json", "{\"label\": \"cat\"}".getBytes(StandardCharsets.UTF_8));
    entries.put("u3.png", Images.png(70, 70, 1));
    entries.put("u4.json", "{}".getBytes(StandardCharsets.UTF_8));
    write("tars/b.tar", ForeignShards.tar(entries));
    write("tars/readme.md", TORN);

    PredictionReport report = predict(folder.resolve("tars"));

    assertThat(report.kind()).isEqualTo("shards");
    assertThat(report.parts()).isEqualTo(2);
    List<JsonNode> rows = rows();
    assertThat(texts(rows, "key"))
        .containsExactly("r0", "r1", "r2", "u1", "u2", "u3", "b.tar: record u4");
    assertThat(texts(rows, "label")).containsExactly("0", "1", "2", "-", "-", "cat", "-");
    assertThat(texts(rows, "error").get(4)).startsWith("image is ");
    assertThat(texts(rows, "error").get(6)).startsWith("has no image");
    assertThat(report.unreadable()).isEqualTo(2);
  }

  @Test
  void whatIsLostOfATruncatedShardHasARowOfItsOwn() throws IOException {
    byte[] whole = ForeignShards.webDataset(records(4));
    write("cut.tar", Arrays.copyOf(whole, 5000));

    predict(folder + "/cut.tar");

    List<JsonNode> rows = rows();
    String last = texts(rows, "error").get(rows.size() - 1);
    assertThat(last).contains("truncated");
    assertThat(texts(rows, "key").get(rows.size() - 1)).isEqualTo("cut.tar");
    assertThat(texts(rows, "key").subList(0, rows.size() - 1))
        .isEqualTo(List.of("r0", "r1", "r2", "r3").subList(0, rows.size() - 1));
  }

  @Test
  void aRowOfAParquetFileHasARowWithOrWithoutALabel() throws IOException {
    Path labelled =
        write("labelled.parquet", ParquetFiles.of(records(3), ParquetFiles.Layout.SMALL));
    predict(labelled);
    assertThat(texts(rows(), "key"))
        .containsExactly("labelled/000000", "labelled/000001", "labelled/000002");
    assertThat(texts(rows(), "label")).containsExactly("0", "1", "2");

    List<byte[]> images = List.of(Images.jpeg(70, 70, 1), TORN, Images.png(66, 66, 2));
    Path plain = write("plain.parquet", ParquetFiles.ofImages(images));
    predict(STORES, options(plain, folder.resolve("two")));
    List<JsonNode> rows = rows(STORES.open(folder.resolve("two").toString()));
    assertThat(texts(rows, "label")).containsExactly("-", "-", "-");
    assertThat(texts(rows, "error").get(0)).isEqualTo("-");
    assertThat(texts(rows, "error").get(1)).startsWith("image is ");
    assertThat(texts(rows, "error").get(2)).isEqualTo("-");
  }

  @Test
  void anExampleOfATfRecordFileHasARow() throws IOException {
    write("train-00000-of-00002", ForeignShards.tfRecord(records(3)));
    write("train-00001-of-00002", ForeignShards.tfRecord(records(2)));
    predict(folder + "/train-*-of-00002");
    assertThat(texts(rows(), "key")).containsExactly("r0", "r1", "r2", "r0", "r1");
    assertThat(texts(rows(), "error")).containsOnly("-");
  }

  @Test
  void aLineOfAListHasARowAlsoIfItNamesNothing() throws IOException {
    writeImages("p/a.jpg", "p/b.jpg");
    Path list =
        write(
            "p/list.csv",
            "path,label\n# seen\na.jpg,cat\nb.jpg,\nc.jpg,dog\n,cat\nhttp://x/y.jpg,cat\n"
                .getBytes(StandardCharsets.UTF_8));

    PredictionReport report = predict(list);

    assertThat(report.kind()).isEqualTo("list");
    List<JsonNode> rows = rows();
    assertThat(texts(rows, "key")).containsExactly("a", "b", "c", "list.csv: line 6", "x/y");
    assertThat(texts(rows, "label")).containsExactly("cat", "-", "dog", "-", "cat");
    assertThat(texts(rows, "error").subList(0, 2)).containsOnly("-");
    assertThat(texts(rows, "error").get(2)).endsWith("c.jpg: does not exist");
    assertThat(texts(rows, "error").get(3)).contains("names no image");
    assertThat(texts(rows, "error").get(4)).contains("http");
    assertThat(report.omissions().lines())
        .containsExactly("passed over: not an image, 1: list.csv: line 2");
  }

  @Test
  void aListOfPathsAloneIsEnough() throws IOException {
    writeImages("p/a.jpg", "p/b.jpg");
    Path list = write("p/list.csv", "a.jpg\nb.jpg\n".getBytes(StandardCharsets.UTF_8));
    predict(list);
    assertThat(texts(rows(), "key")).containsExactly("a", "b");
    assertThat(texts(rows(), "error")).containsOnly("-");
  }

  @Test
  void whereThereIsNothingToPredictItIsSaid() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    write("texts/notes.txt", TORN);
    write("empty.csv", new byte[0]);
    refused(folder.resolve("empty"), "empty: holds no images, shards or lists");
    refused(folder.resolve("texts"), "texts: holds no images, shards or lists");
    refused(folder.resolve("texts/notes.txt"), "notes.txt: is neither an image nor a shard");
    refused(folder.resolve("nowhere"), "nowhere: does not exist");
    refused(folder + "/no-*.jpg", "no-*.jpg: there is no such file");
    refused(folder.resolve("empty.csv"), "empty.csv: names no images");
    writeImages("photos/a.jpg");
    assertThatThrownBy(
            () -> predict(STORES, options(folder.resolve("photos"), folder.resolve("photos/out"))))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("lies in the data");
  }

  private void refused(Object data, String message) {
    assertThatThrownBy(() -> predict(data))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aColumnThatIsNamedIsTakenAndOneThatIsNotThereIsRefused() throws IOException {
    Path file = write("x.parquet", ParquetFiles.of(records(2), ParquetFiles.Layout.SMALL));
    PredictionJob.Options byId =
        new PredictionJob.Options(
            file.toString(),
            new Fields("image", "label", "id"),
            folder.resolve("out").toString(),
            RowFormat.JSONL,
            1,
            false,
            10);
    predict(STORES, byId);
    assertThat(texts(rows(), "key")).containsExactly("r0", "r1");

    PredictionJob.Options wrong =
        new PredictionJob.Options(
            file.toString(),
            new Fields("picture", "", ""),
            folder.resolve("wrong").toString(),
            RowFormat.JSONL,
            1,
            false,
            10);
    assertThatThrownBy(() -> predict(STORES, wrong))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("--image-field");
  }

  @Test
  void aPatternThatWouldTakeTheOutputIsRefused() throws IOException {
    write("sets/a/x.parquet", ParquetFiles.of(records(2), ParquetFiles.Layout.SMALL));
    for (String pattern :
        List.of("/sets/**.parquet", "/sets/{a/x.parquet,*/*.parquet}", "/s*/**")) {
      assertThatThrownBy(() -> predict(STORES, parquet(folder + pattern)))
          .as(pattern)
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("sets/out: the output lies in the data")
          .hasMessageContaining("name another --output");
      assertThat(folder.resolve("sets/out")).doesNotExist();
    }
    assertThat(predict(STORES, parquet(folder + "/sets/a/*.parquet")).rows()).isEqualTo(2);
  }

  private PredictionJob.Options parquet(String data) {
    String out = folder.resolve("sets/out").toString();
    return new PredictionJob.Options(data, Fields.DEFAULT, out, RowFormat.PARQUET, 1, false, 10);
  }

  @Test
  void aLabelsFieldThatIsNamedAndNotThereIsSaid() throws IOException {
    write("x.tfrecord", ForeignShards.tfRecord(records(1)));
    write("x.tar", ForeignShards.webDataset(records(1)));
    writeImages("a.jpg");
    byte[] list = "{\"path\": \"a.jpg\", \"label\": \"cat\"}\n".getBytes(StandardCharsets.UTF_8);
    write("x.jsonl", list);
    for (String name : List.of("x.tfrecord", "x.tar", "x.jsonl")) {
      Path out = folder.resolve("out-" + name);
      predict(STORES, mistyped(name, out));
      assertThat(texts(rows(STORES.open(out.toString())), "error"))
          .as(name)
          .singleElement()
          .asString()
          .contains("has no label");
    }
    write("x.csv", "path,label\na.jpg,cat\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> predict(STORES, mistyped("x.csv", folder.resolve("out-x.csv"))))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("--label-field");
  }

  private PredictionJob.Options mistyped(String name, Path out) {
    return new PredictionJob.Options(
        folder.resolve(name).toString(),
        new Fields("", "lable", ""),
        out.toString(),
        RowFormat.JSONL,
        1,
        false,
        10);
  }
}
