package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.common.Sha256;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A trained model leaves as a file and comes back, and a promoted one has a page about itself. */
@Timeout(900)
class ExportTest {

  private static final TrainedRun TRAINED = TrainedRun.get();

  @TempDir private Path folder;

  private static Result call(Object... arguments) {
    return CommandLineFixture.runHere(arguments);
  }

  @Test
  void whatIsExportedAndImportedPredictsTheSame() throws IOException {
    Path image = Files.write(folder.resolve("a.png"), Images.png(90, 70, 1));
    String expected = classes(TRAINED.path(), image);
    for (String format : new String[] {"safetensors", "onnx"}) {
      Path file = folder.resolve("exported." + format);
      JsonNode told =
          call("export", TRAINED.path(), "--to", format, "--output", file, "--format=json").json();
      assertThat(told.get("bytes").asLong()).isEqualTo(Files.size(file));
      assertThat(told.get("sha256").asText()).isEqualTo(Sha256.of(Files.readAllBytes(file)));
      assertThat(told.get("variant").asText()).isEqualTo("plain");
      assertThat(told.get("heads")).hasSize(format.equals("onnx") ? 1 : 3);

      Path back = folder.resolve("models").resolve(format);
      Object[] fresh = format.equals("onnx") ? new Object[] {"--replace=auxiliary"} : new Object[0];
      Object[] imported = {"import", file, "--output", back};
      call(Stream.of(imported, fresh).flatMap(Arrays::stream).toArray()).succeeded();

      assertThat(classes(back, image)).as(format).isEqualTo(expected);
    }
  }

  private static String classes(Path model, Path image) {
    return call("predict", model, image, "--format=json").json().get("classes").toString();
  }

  @Test
  void anotherFileIsNotReplacedUnlessAskedFor() throws IOException {
    Path file = folder.resolve("model.onnx");
    Object[] export = {"export", TRAINED.path(), "--to=onnx", "--output=" + file};
    call(export).succeeded();
    byte[] first = Files.readAllBytes(file);
    assertThat(call(export).succeeded().out()).contains(file.toString(), "heads main");
    assertThat(Files.readAllBytes(file)).isEqualTo(first);

    Files.writeString(file, "somebody's own");
    call(export).refused(2, file.toString(), "--overwrite");
    assertThat(file).hasContent("somebody's own");

    call("export", TRAINED.path(), "--to=onnx", "--output=" + file, "--overwrite").succeeded();
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    call("export", TRAINED.path(), "--to=dl4j", "--with-preprocessing")
        .refused(2, "--with-preprocessing is for --to onnx");
    call("export", TRAINED.path(), "--to=onnx", "--names=own")
        .refused(2, "--names is for --to safetensors");
    call("export", TRAINED.path(), "--to=torchscript")
        .refused(2, "--to", "ONNX, SAFETENSORS, DL4J");
    call("export", TRAINED.path(), "--to=onnx", "--output", folder + "/")
        .refused(2, "a file's name");
    call("export", folder.resolve("nothing"), "--to=onnx", "--output", folder.resolve("x.onnx"))
        .refused(2, "nothing", "no run, checkpoint or promoted model here");
  }

  @Test
  void aPromotedModelHasACardThatIsVerified() throws IOException {
    Path models = folder.resolve("promoted");
    call("promote", TRAINED.path(), "--models", models, "--license=no licence at all")
        .refused(2, "--license", "apache-2.0");

    call("promote", TRAINED.path(), "--models", models, "--license=apache-2.0").succeeded();

    Path card = models.resolve("tiny-000009-0001/MODEL_CARD.md");
    assertThat(Files.readString(card, StandardCharsets.UTF_8))
        .contains(
            "license: \"apache-2.0\"",
            "# tiny-000009-0001",
            "| records | 36 |",
            "training.batch: 4",
            "| in training | `" + TRAINED.training().validation() + "` | 8 | top-1 accuracy |");
    assertThat(
            call("promote", TRAINED.path(), "--models", models, "--license=mit").succeeded().err())
        .contains("warning: --license", "no card was written", "what it has stays as it is");
    assertThat(
            call("promote", models, "--models", folder.resolve("production"), "--license=mit")
                .succeeded()
                .err())
        .contains("warning: --license", "no card was written for", "production/tiny-000009-0001");
    call("checkpoints", "verify", models).succeeded();
    Files.writeString(card, "the best of all models");
    assertThat(call("checkpoints", "verify", models).refused(2, "1 of 1 damaged").out())
        .contains("MODEL_CARD.md has 22 bytes");
  }
}
