package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict --output} by the real command line. */
@Timeout(900)
class ManyPredictionsTest {

  private static final Path MODEL = TrainedRun.get().path();

  @TempDir private Path folder;

  private Path photos(int count) throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < count; i++) {
      Files.write(
          photos.resolve(String.format(Locale.ROOT, "%04d.jpg", i)), Images.jpeg(70, 66, i % 20));
    }
    return photos;
  }

  private Object[] arguments(Path photos, Path out, int partSize) {
    return new Object[] {
      "predict", MODEL, "--data", photos, "--output", out, "--part-size", partSize, "--format=jsonl"
    };
  }

  @Test
  void theCommandSaysWhatItWroteAndWhatCouldNotBeRead() throws IOException {
    Path photos = photos(3);
    Files.write(photos.resolve("torn.jpg"), new byte[] {1, 2, 3});
    Path out = folder.resolve("out");
    Path outcome = folder.resolve("outcome.json");

    Result result =
        CommandLineFixture.runHere(
                "predict", MODEL, "--data", photos, "--output", out, "--outcome", outcome)
            .succeeded();

    assertThat(result.out())
        .startsWith(out + ": 4 rows, 1 of them with an error, in 1 part of format parquet, ");
    assertThat(result.err()).contains("bad: torn.jpg: image is ");
    assertThat(out.resolve("part-00000.parquet")).exists();
    JsonNode found = new ObjectMapper().readTree(outcome.toFile()).get("result");
    assertThat(found.get("rows").asInt()).isEqualTo(4);
    assertThat(found.get("unreadable").asInt()).isEqualTo(1);

    assertThat(
            CommandLineFixture.runHere("predict", MODEL, "--data", photos, "--output", out)
                .succeeded()
                .out())
        .endsWith("; 1 of the parts were there already" + System.lineSeparator());
    CommandLineFixture.runHere("predict", MODEL, "--data", photos, "--output", out, "--top", "2")
        .refused(3, out.toString(), "top 5, and this command has 2", "name another --output");
  }

  @Test
  @Tag("slow")
  void aJobThatIsKilledIsResumedToTheSameBytes() throws Exception {
    Path photos = photos(120);
    Path out = folder.resolve("out");
    try (Running running = CommandLineFixture.start(arguments(photos, out, 4))) {
      Path note = out.resolve("_finished/part-00001.jsonl.json");
      for (int i = 0; i < 6000 && !Files.exists(note); i++) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      running.kill();
    }
    assertThat(out.resolve("part-00001.jsonl")).exists();
    assertThat(out.resolve("_predictions.json")).doesNotExist();

    Result resumed = CommandLineFixture.runHere(arguments(photos, out, 4)).succeeded();

    assertThat(resumed.out()).contains("120 rows in 30 parts").contains("were there already");
    Path unbroken = folder.resolve("unbroken");
    CommandLineFixture.runHere(arguments(photos, unbroken, 4)).succeeded();
    assertThat(contents(out)).isEqualTo(contents(unbroken));
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  @Test
  void whatCannotBeMeantIsRefused() throws IOException {
    Path photos = photos(1);
    Path out = folder.resolve("out");
    String[][] lines = {
      {"--output", out.toString()},
      {"--output", out.toString(), "a.jpg"},
      {"--data", photos.toString(), "--output", out.toString(), "a.jpg"},
      {"--data", photos.toString(), "--output", out.toString(), "--format", "text"},
      {"--data", photos.toString(), "--output", out.toString(), "--part-size", "0"},
      {"--data", photos.toString(), "--output", out.toString(), "--quarantine", "1"},
      {"--data", photos.toString(), "--format", "jsonl"},
      {"--data", photos.toString(), "--part-size", "5"},
      {"--data", photos.toString(), "--label-field", "kind"},
      {"--data", photos.toString(), "--image-field", "png"},
      {"--data", photos.toString(), "--executor-wait", "1m"},
      {"a.jpg", "--key-field", "id"},
      {"--data", photos.toString(), "--output", out.toString(), "--label-base", "1"},
      {"a.jpg", "--features"}
    };
    for (String[] line : lines) {
      Object[] arguments =
          Stream.concat(Stream.of("predict", MODEL), Stream.of((Object[]) line)).toArray();
      assertThat(CommandLineFixture.runHere(arguments).exitCode())
          .as(String.join(" ", line))
          .isEqualTo(2);
    }
    assertThat(out).doesNotExist();
  }
}
