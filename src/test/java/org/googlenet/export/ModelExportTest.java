package org.googlenet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.googlenet.data.image.Preset;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.engine.NativeThreads;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.export.ModelExport.Format;
import org.googlenet.model.Batch;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.Variant;
import org.googlenet.storage.Stores;
import org.googlenet.weights.Fitting;
import org.googlenet.weights.NetworkTensors;
import org.googlenet.weights.ParameterNames;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What was exported is what others, and we ourselves, read. */
class ModelExportTest {

  private static final int SIDE = 65;

  @TempDir private Path folder;

  private final Stores stores = new Stores(Map.of());

  @BeforeAll
  static void oneThread() {
    NativeThreads.use(1);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Variant.class)
  void safetensorsComeBackBitForBit(Variant variant) throws IOException {
    TrainedModel model = model(variant, Preset.PLAIN);
    for (ParameterNames names : List.of(ParameterNames.OURS, ParameterNames.TORCHVISION)) {
      ModelExport export = ModelExport.of(model, Format.SAFETENSORS).withNames(names);

      NetworkTensors back = read(export);

      assertThat(fitted(back, model, List.of())).isEqualTo(model.parameters());
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Variant.class)
  void onnxComesBackBitForBit(Variant variant) throws IOException {
    TrainedModel model = model(variant, Preset.PLAIN);

    NetworkTensors back = read(ModelExport.of(model, Format.ONNX).withHeads(true));

    assertThat(fitted(back, model, List.of())).isEqualTo(model.parameters());
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Format.class)
  void theSameModelGivesTheSameBytes(Format format) {
    ModelExport export = ModelExport.of(model(Variant.PLAIN, Preset.PLAIN), format);

    assertThat(export.bytes()).isEqualTo(export.bytes());
  }

  @Tag("slow")
  @Test
  void theMainHeadComesBackWithFreshAuxiliaryOnes() throws IOException {
    TrainedModel model = model(Variant.BATCHNORM, Preset.PLAIN);
    ParameterLayout layout = ParameterLayout.of(configuration(model));
    for (ModelExport export :
        List.of(
            ModelExport.of(model, Format.ONNX).withPreprocessing(),
            ModelExport.of(model, Format.SAFETENSORS).withHeads(false))) {

      float[] back = fitted(read(export), model, List.of("auxiliary"));

      for (ParameterLayout.Entry entry : layout.entries()) {
        boolean isFresh = entry.vertex().startsWith("aux");
        for (int i = entry.offset(); i < entry.range().to(); i++) {
          assertThat(back[i]).as(entry.name()).isEqualTo(isFresh ? 0 : model.parameters()[i]);
        }
      }
    }
  }

  @Test
  void aFileSaysHowImagesBecomeItsInput() throws IOException {
    TrainedModel model = model(Variant.LRN, Preset.CAFFE);
    for (Format format : List.of(Format.ONNX, Format.SAFETENSORS)) {
      Map<String, String> metadata = read(ModelExport.of(model, format)).metadata();

      assertThat(metadata)
          .containsEntry("googlenet.model.variant", "lrn")
          .containsEntry("googlenet.model.side", "65")
          .containsEntry("googlenet.classNames", "[\"one\",\"two \\\"2\\\"\",\"three\"]")
          .containsEntry("googlenet.input.channels", "bgr")
          .containsEntry("googlenet.input.resize", "auto")
          .containsEntry(
              "googlenet.preprocessing",
              "[{\"step\":\"resize\",\"height\":74,\"width\":74,\"interpolation\":\"linear\"},"
                  + "{\"step\":\"centreCrop\",\"height\":65,\"width\":65},"
                  + "{\"step\":\"channels\",\"order\":\"bgr\"},"
                  + "{\"step\":\"subtract\",\"values\":[104.0,117.0,123.0]},"
                  + "{\"step\":\"divide\",\"values\":[1.0,1.0,1.0]}]");
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Variant.class)
  void anyDl4jOpensItsFileAndGivesTheSame(Variant variant) throws IOException {
    TrainedModel model = model(variant, Preset.PLAIN);
    Path file = write(ModelExport.of(model, Format.DL4J));

    ComputationGraph opened = ModelSerializer.restoreComputationGraph(file.toFile(), false);

    assertThat(entry(file, "configuration.json")).doesNotContain("googlenet.");
    INDArray images =
        Nd4j.create(TestWeights.images(2, SIDE, 1), new long[] {2, 3, SIDE, SIDE}, 'c');
    ComputationGraph ours = new ComputationGraph(configuration(model));
    ours.init(Nd4j.create(model.parameters(), new long[] {1, model.parameters().length}), false);
    INDArray expected = ours.output(images)[0];
    INDArray found = opened.output(images)[0];
    assertThat(found.shape()).containsExactly(2, 3);
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, within(1e-4));
    assertThat(expected.stdNumber().doubleValue()).isGreaterThan(0.01);
  }

  @Tag("slow")
  @Test
  void dl4jHasTheAuxiliaryHeadsWhereItsOwnPoolsDo() throws IOException {
    Path file =
        write(ModelExport.of(model(Variant.PLAIN, Preset.PLAIN), Format.DL4J).withHeads(true));

    assertThat(
            ModelSerializer.restoreComputationGraph(file.toFile(), false)
                .getConfiguration()
                .getNetworkOutputs())
        .isEqualTo(GoogLeNet.HEADS);
    ModelExport adaptive =
        ModelExport.of(model(Variant.BATCHNORM, 96, Preset.PLAIN), Format.DL4J).withHeads(true);
    assertThatThrownBy(adaptive::bytes)
        .isInstanceOf(ModelProblem.class)
        .hasMessageContainingAll("aux1.pool", "export the main head alone");
  }

  /** Both bring their own native code and threads, and are loaded at the same time. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void onnxRuntimeAndOurEngineAgreeInOneProcess(Variant variant) throws OrtException {
    TrainedModel model = model(variant, Preset.PLAIN);
    float[] images = TestWeights.images(5, SIDE, 2);
    EngineSpec spec =
        EngineSpec.of(model.configuration())
            .withKind(EngineKind.ONEDNN)
            .withBatch(5)
            .withThreads(1);
    try (OnnxRuntime runtime = new OnnxRuntime(ModelExport.of(model, Format.ONNX).bytes());
        Engines.Loan loan = Engines.borrow(spec)) {
      loan.engine().load(model.parameters(), new float[model.parameters().length]);
      Batch batch = new Batch(images, new int[5], List.of("a", "b", "c", "d", "e"));

      float[] ours = loan.engine().probabilities(batch, 1)[0];

      float[][] theirs = runtime.run("probabilities", images, 5, 3, SIDE, SIDE);
      for (int i = 0; i < ours.length; i++) {
        assertThat((double) theirs[i / 3][i % 3])
            .as("class %d of image %d", i % 3, i / 3)
            .isCloseTo(ours[i], within(1e-5));
      }
    }
  }

  private static TrainedModel model(Variant variant, Preset preset) {
    return model(variant, SIDE, preset);
  }

  private static TrainedModel model(Variant variant, int side, Preset preset) {
    ComputationGraphConfiguration configuration =
        TestWeights.configuration(GoogLeNet.of(variant, 3, side));
    return new TrainedModel(
        "models/test",
        configuration.toJson(),
        TestWeights.of(configuration, 4),
        side,
        List.of("one", "two \"2\"", "three"),
        preset.decoding());
  }

  private static ComputationGraphConfiguration configuration(TrainedModel model) {
    return ComputationGraphConfiguration.fromJson(model.configuration());
  }

  private Path write(ModelExport export) throws IOException {
    Path file = folder.resolve("model" + export.format().ending());
    return Files.write(file, export.bytes());
  }

  private NetworkTensors read(ModelExport export) throws IOException {
    return WeightSource.open(stores, write(export).toString());
  }

  /** The parameters that an import makes of it; those that it replaces are 0. */
  private static float[] fitted(NetworkTensors back, TrainedModel model, List<String> replace) {
    float[] flat = new float[model.parameters().length];
    Fitting fitting = Fitting.of(back, ParameterLayout.of(configuration(model)), flat, replace);
    assertThat(fitting.lines()).isEmpty();
    return flat;
  }

  private static String entry(Path zip, String name) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new IOException(zip + " has no " + name);
  }
}
