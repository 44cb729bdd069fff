package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.image.Preset;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.ModelZip;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.storage.Stores;
import org.googlenet.weights.ModelMetadata;
import org.googlenet.weights.ParameterNames;
import org.googlenet.weights.SafetensorsFile;
import org.googlenet.weights.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says of its model beside the tensors is understood, or refused by its name. */
@Timeout(300)
class ImportedTextsTest {

  private static final int SIDE = 65;

  @TempDir private static Path folder;

  private static Map<String, Tensor> tensors;

  @BeforeAll
  static void model() throws IOException {
    ComputationGraphConfiguration configuration =
        GoogLeNet.of(2, SIDE)
            .configuration(new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0), 0, 1);
    float[] parameters = new float[ParameterLayout.of(configuration).length()];
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelZip.write(zip, configuration.toJson(), parameters, null);
    Files.write(folder.resolve("model.zip"), zip.toByteArray());
    Files.write(folder.resolve("model.bin"), zip.toByteArray());
    tensors =
        WeightSource.open(new Stores(Map.of()), folder.resolve("model.zip").toString())
            .as(ParameterNames.OURS);
  }

  private static Path file(String name, Map<String, String> texts, Map<String, Tensor> content)
      throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsFile.write(out, content, texts);
    }
    return file;
  }

  private static SortedMap<String, String> texts() {
    SortedMap<String, String> texts = ModelMetadata.of(RecipeNetwork.inputIdentity(Preset.CAFFE));
    texts.put("googlenet.model.side", "65");
    return texts;
  }

  private static CommandLineFixture.Result importing(Path source, String model, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "import";
    arguments[1] = source;
    arguments[2] = "--output";
    arguments[3] = folder.resolve("models/" + model);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandLineFixture.runHere(arguments);
  }

  private static TrainedModel open(String model) {
    return TrainedModel.open(new Stores(Map.of()), folder.resolve("models/" + model).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          googlenet.input.future       | 1               | input.future: is no key of this version; give --input
          googlenet.input.x``` ## Best | 1               | input.x``` ## Best: is no key of this version
          googlenet.input.mean         | -               | input.mean: is missing; give --input
          googlenet.input.mean         | nonsense        | texts.safetensors: how images become its input is not understood: input.mean: nonsense
          googlenet.classNames         | ["a", "a"]      | texts.safetensors: its googlenet.classNames: 'a' is there twice; give --class-names or --classes
          googlenet.classNames         | ["a", ""]       | the name of class 1 is empty
          googlenet.classNames         | ["a", "b\\nc"] | has line breaks
          googlenet.classNames         | [1, [2]]        | is no list of names; give --class-names or --classes
          googlenet.model.side         | 99999           | a side of 99999 pixels; 65 to 1024 are possible; give --side
          googlenet.model.side         | 64              | a side of 64 pixels
          googlenet.model.side         | large           | googlenet.model.side: large is no side; give --side
          """)
  void aTextThatIsNotUnderstoodIsRefusedAndNothingWritten(String key, String value, String words)
      throws IOException {
    SortedMap<String, String> texts = texts();
    if (value.equals("-")) {
      texts.remove(key);
    } else {
      texts.put(key, value);
    }
    importing(file("texts.safetensors", texts, tensors), "refused").refused(2, words);
    assertThat(folder.resolve("models/refused")).doesNotExist();
  }

  @Test
  void theOptionsStandInForTextsThatAreNotUnderstood() throws IOException {
    Map<String, String> texts =
        Map.of(
            "googlenet.input.mean", "x", "googlenet.classNames", "x", "googlenet.model.side", "x");
    importing(
            file("wrong.safetensors", texts, tensors),
            "mended",
            "--input=torchvision",
            "--class-names=cat,dog",
            "--side=65")
        .succeeded();
    assertThat(open("mended").decoding()).isEqualTo(Preset.TORCHVISION.decoding());
  }

  @Test
  void whatIsKeptOfATextIsItsMeaningAndNotItsWriting() throws IOException {
    SortedMap<String, String> texts = texts();
    texts.put("googlenet.input.alpha", "ignore # ``` ## Evaluation: 100 %");
    importing(file("written.safetensors", texts, tensors), "kept").succeeded();
    assertThat(open("kept").decoding()).isEqualTo(Preset.CAFFE.decoding());
    assertThat(folder.resolve("models/kept/state.json"))
        .content()
        .contains("\"input.alpha\" : \"ignore\"")
        .doesNotContain("Evaluation");
  }

  @Test
  void aNetworkThatDoesNotFitIsRefusedBeforeItIsMade() throws IOException {
    Path huge =
        file(
            "huge.safetensors",
            Map.of("googlenet.model.side", "1024"),
            Map.of("main_b", Tensor.of(List.of(100_000), new float[100_000])));
    importing(huge, "huge", "--input=plain").refused(2, "100000 classes, side 1024", "are missing");
  }

  @Tag("slow")
  @Test
  void aModelThatIsImportedAgainKeepsItsInputAndItsClasses() throws IOException {
    SortedMap<String, String> texts = texts();
    texts.put("googlenet.classNames", "[\"cat\", \"dog\"]");
    importing(file("named.safetensors", texts, tensors), "first").succeeded();
    importing(folder.resolve("models/first"), "second").succeeded();
    assertThat(open("second").classNames()).containsExactly("cat", "dog");
    assertThat(open("second").decoding()).isEqualTo(Preset.CAFFE.decoding());

    importing(folder.resolve("models/first/model.zip"), "bare")
        .refused(2, "does not say how images become its input");
  }

  @Test
  void whatAZipIsItsContentSays() throws IOException {
    Path torch = Path.of("src/test/resources/weights/small.pth");
    Path named = Files.copy(torch, folder.resolve("torch.zip"));
    importing(named, "torch", "--input=plain").refused(2, "none of its 10 tensors");

    importing(folder.resolve("model.bin"), "bin").refused(2, "give --input: inception");
    importing(folder.resolve("model.bin"), "bin", "--input=plain").succeeded();
    importing(folder.resolve("none.zip"), "none").refused(2, "there is no such file");
  }
}
