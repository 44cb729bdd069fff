package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.googlenet.data.image.Preset;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.Variant;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others have saved becomes a model that the other commands take. */
@Timeout(600)
class ImportTest {

  @TempDir private static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    for (String name :
        new String[] {"torchvision.pth", "torchvision-dynamo.onnx", "bvlc.caffemodel"}) {
      Path packed = Path.of("src/test/resources/weights/networks", name + ".gz.gz");
      try (InputStream file =
          new GZIPInputStream(new GZIPInputStream(Files.newInputStream(packed)))) {
        Files.copy(file, folder.resolve(name));
      }
    }
  }

  private static CommandLineFixture.Result importing(String source, String model, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "import";
    arguments[1] = folder.resolve(source);
    arguments[2] = "--output";
    arguments[3] = folder.resolve("models/" + model);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandLineFixture.runHere(arguments);
  }

  private static TrainedModel open(String model) {
    return TrainedModel.open(new Stores(Map.of()), folder.resolve("models/" + model).toString());
  }

  @Test
  void aStateDictBecomesAModelThatOtherCommandsTakeAndTheSameImportChangesNothing()
      throws IOException {
    importing("torchvision.pth", "tv")
        .refused(2, "does not say how images become its input", "--input: inception");
    assertThat(folder.resolve("models/tv")).doesNotExist();

    JsonNode json =
        importing(
                "torchvision.pth",
                "tv",
                "--input",
                "inception",
                "--class-names",
                "cat,dog,emu",
                "--format",
                "json")
            .json();
    assertThat(json.get("variant").asText()).isEqualTo("batchnorm");
    assertThat(json.get("taken").asInt()).isEqualTo(305);
    TrainedModel model = open("tv");
    assertThat(model.network().variant()).isEqualTo(Variant.BATCHNORM);
    assertThat(model.classNames()).containsExactly("cat", "dog", "emu");
    assertThat(model.decoding()).isEqualTo(Preset.INCEPTION.decoding());

    byte[] manifest = Files.readAllBytes(folder.resolve("models/tv/manifest.json"));
    importing("torchvision.pth", "tv", "--input", "inception", "--class-names", "cat,dog,emu")
        .succeeded();
    assertThat(Files.readAllBytes(folder.resolve("models/tv/manifest.json"))).isEqualTo(manifest);
    importing("torchvision.pth", "tv", "--input", "torchvision")
        .refused(2, "models/tv: there is another model; write to another folder");

    CommandLineFixture.runHere(
            "promote", folder.resolve("models/tv"), "--models", folder.resolve("models"))
        .succeeded();
    assertThat(CommandLineFixture.runHere("models", folder.resolve("models")).succeeded().out())
        .contains("tv");
    assertThat(CommandLineFixture.runHere("summary", folder.resolve("models")).succeeded().out())
        .contains("conv1.bn");
  }

  @Test
  void aCaffemodelHasItsOwnInput() {
    assertThat(importing("bvlc.caffemodel", "bvlc").succeeded().out())
        .contains("bvlc: lrn, 3 classes, side 224, 128 tensors of ");
    assertThat(open("bvlc").decoding()).isEqualTo(Preset.CAFFE.decoding());
  }

  @Test
  void aGraphWithoutAuxiliaryHeadsNeedsThemReplacedOrWhatFitsTaken() {
    importing("torchvision-dynamo.onnx", "onnx", "--input", "torchvision")
        .refused(2, "18 are missing: ", "--replace auxiliary, or take what fits by --no-strict");
    assertThat(
            importing(
                    "torchvision-dynamo.onnx",
                    "onnx",
                    "--input",
                    "torchvision",
                    "--replace",
                    "auxiliary")
                .succeeded()
                .out())
        .contains("batchnorm, 3 classes, side 224, 287 tensors", "fresh as asked for: aux1, ");
    assertThat(
            importing("torchvision-dynamo.onnx", "loose", "--input", "torchvision", "--no-strict")
                .succeeded()
                .out())
        .contains("18 missing, so fresh: aux1");
    assertThat(open("loose").parameters()).isEqualTo(open("onnx").parameters());
  }

  @Test
  void anImportWithOtherClassesNamesTheRemedyWhichThenHelps() throws IOException {
    Path names = folder.resolve("names.txt");
    Files.writeString(names, "a\nb\nc\nd\n", StandardCharsets.UTF_8);
    importing("bvlc.caffemodel", "four", "--classes", names)
        .refused(2, "lrn, 4 classes, side 224", "--replace classifiers");
    importing("bvlc.caffemodel", "four", "--classes", names, "--replace", "classifiers")
        .succeeded();
    assertThat(open("four").classNames()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void anOutputThatCannotBeAModelIsRefused() {
    importing("bvlc.caffemodel", "champion").refused(2, "--output: ", "its last part must be");
    CommandLineFixture.runHere(
            "import", folder.resolve("bvlc.caffemodel"), "--output", "s3a://bucket/")
        .refused(2, "--output: s3a://bucket/: its last part must be");
  }
}
