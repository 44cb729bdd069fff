package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class EvaluateAndPredictTest {

  private static final TrainedRun TRAINED = TrainedRun.get();
  private static final Path VALIDATION = TRAINED.training().validation();
  private static final Path CHECKPOINT = TRAINED.path().resolve("checkpoints/000009-0001");

  @TempDir private Path folder;

  private static Result evaluate(Object model, Object... options) {
    return CommandLineFixture.runHere(
        join(new Object[] {"evaluate", model, "--data", VALIDATION}, options));
  }

  private static Object[] join(Object[] first, Object[] second) {
    return Stream.of(first, second).flatMap(Arrays::stream).toArray();
  }

  @Tag("slow")
  @Test
  void aRunItsCheckpointAndItsModelZipGiveTheSameEvaluation() {
    JsonNode ofRun =
        CommandLineFixture.run("evaluate", TRAINED.path(), "--data", VALIDATION, "--format=json")
            .json();
    assertThat(ofRun.get("examples").asLong()).isEqualTo(TinyTraining.VALIDATION_EXAMPLES);
    assertThat(ofRun.get("top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(ofRun.get("top5").asDouble()).isBetween(ofRun.get("top1").asDouble(), 1.0);
    for (String head : List.of("main", "aux1", "aux2")) {
      assertThat(ofRun.get("loss").get(head).asDouble()).as(head).isPositive();
    }
    assertThat(ofRun.get("classes")).hasSize(10);

    for (Path model : List.of(CHECKPOINT, CHECKPOINT.resolve("model.zip"))) {
      JsonNode same = evaluate(model, "--format", "json").json();
      for (String value : List.of("examples", "top1", "top5", "loss")) {
        assertThat(same.get(value)).as(model + " " + value).isEqualTo(ofRun.get(value));
      }
    }
  }

  @Test
  void aReportHasTablesAndAllOfItAsJson() throws IOException {
    Path report = folder.resolve("report");
    Result result = evaluate(TRAINED.path(), "--report", report).succeeded();

    assertThat(result.out()).contains("95% intervals: top-1 ", "report  " + report);
    int classes = SampleRecords.classNames().size();
    assertThat(Files.readAllLines(report.resolve("confusion.csv"))).hasSize(classes + 1);
    assertThat(Files.readAllLines(report.resolve("classes.csv"))).hasSize(classes + 1);
    assertThat(Files.readAllLines(report.resolve("calibration.csv"))).hasSize(15 + 1);
    JsonNode json = new ObjectMapper().readTree(report.resolve("evaluation.json").toFile());
    double top1 = json.get("top1").asDouble();
    assertThat(json.get("top1Interval").get("low").asDouble()).isLessThan(top1);
    assertThat(json.get("top1Interval").get("high").asDouble()).isGreaterThanOrEqualTo(top1);
    long counted = 0;
    for (JsonNode cell : json.get("confusion")) {
      counted += cell.get("count").asLong();
    }
    assertThat(counted).isEqualTo(TinyTraining.VALIDATION_EXAMPLES);
    assertThat(json.get("classes").get(0).get("recall").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void theEvaluationIsTheOneThatTheTrainingEndedWith() {
    JsonNode evaluation = evaluate(TRAINED.path(), "--format", "json").json();
    assertThat(TRAINED.result().out())
        .contains(
            String.format(
                Locale.ROOT,
                "run tiny finished: top-1 %.2f%%, top-5 %.2f%%",
                100 * evaluation.get("top1").asDouble(),
                100 * evaluation.get("top5").asDouble()));
  }

  @Tag("slow")
  @Test
  void theEngineIsChosenOnTheCommandLineAndTold() throws IOException {
    JsonNode byDl4j = evaluate(TRAINED.path(), "--engine=dl4j", "--format=json").json();
    assertThat(byDl4j.get("engine").asText()).isEqualTo("dl4j");
    assertThat(byDl4j.get("precision").asText()).isEqualTo("fp32");
    assertThat(evaluate(TRAINED.path(), "--engine", "dl4j").succeeded().out())
        .contains("engine  dl4j fp32");

    evaluate(TRAINED.path(), "--engine=dl4j", "--precision=bf16")
        .refused(2, "precision bf16", "engine onednn");
    evaluate(TRAINED.path(), "--engine=mkl").refused(2, "--engine", "mkl");
    Path image = Files.write(folder.resolve("a.png"), Images.png(40, 30, 1));
    CommandLineFixture.runHere("predict", TRAINED.path(), image, "--engine=dl4j").succeeded();
    CommandLineFixture.runHere(
            "predict", TRAINED.path(), image, "--engine=dl4j", "--precision=bf16")
        .refused(2, "precision bf16", "engine onednn");
  }

  @Test
  void theTableHasARowForEachClassAndOneForAll() {
    String table = evaluate(TRAINED.path()).succeeded().out();
    assertThat(table).contains("class", "top-1", "Ankle boot", "loss of main", "loss of aux2");
    assertThat(table).containsPattern("(?m)^all +8 +\\d+\\.\\d\\d% +\\d+\\.\\d\\d%$");
  }

  @Test
  void predictNamesTheClassesOfImageFiles() throws IOException {
    Record record = SampleRecords.validation(1).get(0);
    Path image = Files.write(folder.resolve("an image.png"), record.image());

    JsonNode prediction =
        CommandLineFixture.run("predict", CHECKPOINT, image, "--format=json", "--top=10").json();

    assertThat(prediction.get("image").asText()).isEqualTo(image.toString());
    JsonNode classes = prediction.get("classes");
    assertThat(classes).hasSize(10);
    double sum = 0;
    double last = 1;
    for (JsonNode ranked : classes) {
      assertThat(SampleRecords.classNames()).contains(ranked.get("name").asText());
      assertThat(ranked.get("probability").asDouble()).isBetween(0.0, last);
      last = ranked.get("probability").asDouble();
      sum += last;
    }
    assertThat(sum).isCloseTo(1, within(1e-4));
  }

  @Test
  void predictGoesThroughADataSetInItsOrder() throws IOException {
    Result result =
        CommandLineFixture.runHere(
                "predict", TRAINED.path(), "--data", VALIDATION, "--format", "json", "--top", 1)
            .succeeded();
    List<String> keys =
        SampleRecords.validation(TinyTraining.VALIDATION_EXAMPLES).stream()
            .map(Record::key)
            .toList();
    ObjectMapper json = new ObjectMapper();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSameSizeAs(keys);
    for (int i = 0; i < keys.size(); i++) {
      JsonNode prediction = json.readTree(lines.get(i));
      assertThat(prediction.get("image").asText()).isEqualTo(keys.get(i));
      assertThat(prediction.get("classes")).hasSize(1);
    }
  }

  @Test
  void predictPrintsAClassALine() throws IOException {
    Path image = Files.write(folder.resolve("a.png"), Images.png(40, 30, 1));
    Result result =
        CommandLineFixture.runHere("predict", TRAINED.path(), image, "--top", 2).succeeded();
    assertThat(result.out().lines().toList())
        .satisfiesExactly(
            name -> assertThat(name).isEqualTo(image.toString()),
            best -> assertThat(best).containsPattern("^ +\\d+\\.\\d\\d%  [A-Z]"),
            second -> assertThat(second).containsPattern("^ +\\d+\\.\\d\\d%  [A-Z]"));
  }

  @Test
  void predictRefusesWhatIsNoImage() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "not an image");
    CommandLineFixture.runHere("predict", TRAINED.path(), text)
        .refused(3, text.toString(), "image is text, not an image");
    CommandLineFixture.runHere("predict", TRAINED.path(), folder.resolve("none.png"))
        .refused(2, "none.png", "no such file");
    CommandLineFixture.runHere("predict", TRAINED.path())
        .refused(2, "name either image files or a data set (--data)");
  }

  private Path photo(String name, int number) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, Images.jpeg(80, 70, number));
  }

  private static List<String> images(Result result) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> images = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      images.add(json.readTree(line).get("image").asText());
    }
    return images;
  }

  private static Result predict(Object... images) {
    return CommandLineFixture.runHere(
        join(new Object[] {"predict", TRAINED.path(), "--format=json", "--top=1"}, images));
  }

  @Test
  void aBadImageAmongGoodOnesIsALineAndTheOthersAreAnswered() throws IOException {
    Path one = photo("one.jpg", 1);
    Path text = Files.writeString(folder.resolve("notes.jpg"), "not an image");
    Path none = folder.resolve("none.jpg");
    Path two = photo("two.jpg", 2);

    Result result = predict(one, text, none, two);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(images(result))
        .containsExactly(one.toString(), text.toString(), none.toString(), two.toString());
    assertThat(result.out().lines().map(line -> line.contains("\"error\":")))
        .containsExactly(false, true, true, false);
    assertThat(result.err().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("bad: " + text + ": "),
            second -> assertThat(second).startsWith("bad: " + none + ": there is no such file"),
            last ->
                assertThat(last)
                    .isEqualTo(
                        "googlenet: 2 of 4 images have no prediction; mend them, or leave them out"));
  }

  @Tag("slow")
  @Test
  void predictTakesTheImagesOfAFolder() throws IOException {
    photo("pets/dog/b.jpg", 1);
    photo("pets/a.jpg", 2);
    photo("pets/c.jfif", 3);
    Files.writeString(folder.resolve("pets/notes.txt"), "x");
    Path pets = folder.resolve("pets");

    Result result = predict(pets).succeeded();

    assertThat(images(result))
        .containsExactly(pets + "/a.jpg", pets + "/c.jfif", pets + "/dog/b.jpg");
    assertThat(result.err().lines())
        .containsExactly("passed over: not an image, 1: " + pets + "/notes.txt");
    assertThat(images(predict("file:" + pets)))
        .containsExactly(
            "file:" + pets + "/a.jpg", "file:" + pets + "/c.jfif", "file:" + pets + "/dog/b.jpg");
    predict(Files.createDirectory(folder.resolve("empty")))
        .refused(3, folder + "/empty: holds no images");
  }

  @Test
  void predictTakesAPatternUnlessAFileHasThatName() throws IOException {
    Path one = photo("x1.jpg", 1);
    Path two = photo("x2.jpg", 2);
    photo("y1.jpg", 3);
    Path named = photo("x[1].jpg", 4);

    assertThat(images(predict(folder + "/x?.jpg").succeeded()))
        .containsExactly(one.toString(), two.toString());
    assertThat(images(predict(named).succeeded())).containsExactly(named.toString());
    predict(folder + "/z*.jpg").refused(2, "z*.jpg: there is no such file");
  }

  @Test
  void predictTakesAListOnStandardInput() throws IOException {
    Path one = photo("one.jpg", 1);
    Path two = photo("naïve 日.jpg", 2);
    InputStream before = System.in;
    String list = one + "\n\n" + two + "\n";
    System.setIn(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(images(predict("-").succeeded())).containsExactly(one.toString(), two.toString());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aFileThatIsTooLargeIsToldItsLimit() throws IOException {
    Path large = photo("large.jpg", 1);
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(70 << 20);
    }
    predict(large).refused(3, large + ": has more than the 64 MiB that an image may have");
  }

  @Test
  void predictStopsWhenWhatItPrintsCannotBeWrittenAnyMore() {
    AtomicInteger tries = new AtomicInteger();
    Writer full =
        new FilterWriter(new StringWriter()) {
          @Override
          public void write(String text, int offset, int length) throws IOException {
            tries.incrementAndGet();
            throw new IOException("full");
          }
        };
    StringWriter err = new StringWriter();

    int code =
        Main.execute(
            new PrintWriter(full),
            new PrintWriter(err),
            "predict",
            TRAINED.path().toString(),
            "--data=" + VALIDATION,
            "--format=json");

    assertThat(code).isEqualTo(7);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("standard output cannot be written", "make room");
    assertThat(tries).hasValueLessThan(TinyTraining.VALIDATION_EXAMPLES);
  }
}
