package org.googlenet.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.data.image.Preset;
import org.googlenet.engine.NativeThreads;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.export.ModelExport.Format;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Variant;
import org.googlenet.weights.SafetensorsFile;
import org.googlenet.weights.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes exported models and what they must give, for programs that read them: {@code
 * scripts/weights-test} runs this, and then {@code check_exports.py}.
 */
@EnabledIfSystemProperty(named = "exports", matches = ".+")
class ExportsForOthersTest {

  private static final Path FOLDER = Path.of(System.getProperty("exports", ""));
  private static final int SIDE = 224;
  private static final int IMAGES = 5;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void eachFormatIsWrittenWithWhatItMustGive(Variant variant) throws IOException {
    NativeThreads.use(1);
    ComputationGraphConfiguration configuration =
        TestWeights.configuration(GoogLeNet.of(variant, 7, SIDE));
    TrainedModel model =
        new TrainedModel(
            "models/test",
            configuration.toJson(),
            TestWeights.of(configuration, 4),
            SIDE,
            List.of("a", "b", "c", "d", "e", "f", "g"),
            (variant == Variant.LRN ? Preset.CAFFE : Preset.TORCHVISION).decoding());
    String name = variant.name().toLowerCase(Locale.ROOT);
    write(name + ".onnx", ModelExport.of(model, Format.ONNX).withHeads(true));
    write(name + "-bytes.onnx", ModelExport.of(model, Format.ONNX).withPreprocessing());
    write(name + ".safetensors", ModelExport.of(model, Format.SAFETENSORS));
    try (OutputStream out = Files.newOutputStream(FOLDER.resolve(name + ".expected"))) {
      SafetensorsFile.write(out, expected(configuration, model.parameters()), Map.of());
    }
  }

  @Test
  void aCardIsWritten() throws IOException {
    Path card = FOLDER.resolve("MODEL_CARD.md");
    ModelCardTest.network();

    Files.write(card, ModelCardTest.card(Optional.of("apache-2.0")));

    assertThat(card).isNotEmptyFile();
  }

  private static void write(String name, ModelExport export) throws IOException {
    byte[] bytes = export.bytes();
    assertThat(Files.write(FOLDER.resolve(name), bytes)).hasSize(bytes.length);
  }

  private static Map<String, Tensor> expected(
      ComputationGraphConfiguration configuration, float[] parameters) {
    float[] images = TestWeights.images(IMAGES, SIDE, 1);
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("input", Tensor.of(List.of(IMAGES, 3, SIDE, SIDE), images));
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(Nd4j.create(parameters, new long[] {1, parameters.length}, 'c'), false);
    Map<String, INDArray> maps =
        network.feedForward(Nd4j.create(images, new long[] {IMAGES, 3, SIDE, SIDE}, 'c'), false);
    for (String head : GoogLeNet.HEADS) {
      INDArray logits =
          maps.get(configuration.getVertexInputs().get(head).get(0))
              .mmul(network.getParam(head + "_W"))
              .addRowVector(network.getParam(head + "_b"));
      tensors.put(
          head, Tensor.of(List.of(IMAGES, (int) logits.size(1)), logits.dup('c').data().asFloat()));
    }
    return tensors;
  }
}
