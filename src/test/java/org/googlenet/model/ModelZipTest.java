package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ModelZipTest {

  private static ComputationGraph network;
  private static String json;
  private static float[] parameters;
  private static float[] momentum;

  @BeforeAll
  static void aSmallNetworkWithMomentum() {
    Threads.one();
    GoogLeNet model =
        new GoogLeNet(2, 65, Initialisation.HE, 0, 0.4, 0.7, new LossWeights(1, 0.2, 0.1));
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Polynomial(0.01, 1, 100, 5), 5);
    network = new ComputationGraph(model.configuration(sgd, 2e-4, 1));
    network.init();
    INDArray state = network.getUpdater().getStateViewArray();
    state.assign(Nd4j.rand(state.shape()));
    json = network.getConfiguration().toJson();
    parameters = network.params().dup('c').data().asFloat();
    momentum = state.dup('c').data().asFloat();
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    ModelZip read = ModelZip.read(written(momentum), "model.zip");

    assertThat(read.configuration()).isEqualTo(network.getConfiguration());
    assertThat(read.parameters()).isEqualTo(parameters);
    assertThat(read.momentum()).hasValue(momentum);
    assertThat(read.network().params()).isEqualTo(network.params());
    assertThat(read.network().getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
  }

  @Test
  void whatIsStateAndNotTrainedIsKeptInTheFormatOfDl4j(@TempDir Path folder) throws IOException {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0);
    ComputationGraph normalised = new ComputationGraph(Normalised.network(sgd, 0));
    normalised.init();
    normalised.params().assign(Nd4j.rand(normalised.params().shape()));
    INDArray state = normalised.getUpdater(true).getStateViewArray();
    state.assign(Nd4j.rand(state.shape()));
    File ofDl4j = folder.resolve("dl4j.zip").toFile();
    ModelSerializer.writeModel(normalised, ofDl4j, true);

    ModelZip read = ModelZip.read(Files.readAllBytes(ofDl4j.toPath()), "dl4j.zip");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelZip.write(
        out,
        normalised.getConfiguration().toJson(),
        read.parameters(),
        read.momentum().orElseThrow());
    Path ofOurs = Files.write(folder.resolve("ours.zip"), out.toByteArray());
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(ofOurs.toFile(), true);

    assertThat(read.momentum().orElseThrow()).hasSameSizeAs(read.parameters());
    for (ComputationGraph again : List.of(read.network(), restored)) {
      assertThat(again.params()).isEqualTo(normalised.params());
      assertThat(again.getUpdater(true).getStateViewArray()).isEqualTo(state);
    }
  }

  @Test
  void momentumMayBeLeftOut() throws IOException {
    assertThat(ModelZip.read(written(null), "model.zip").momentum()).isEmpty();
  }

  @Test
  void dl4jOpensWhatWeWrite(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("model.zip"), written(momentum));

    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile(), true);

    assertThat(restored.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(restored.params()).isEqualTo(network.params());
    assertThat(restored.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
  }

  @Tag("slow")
  @Test
  void weReadWhatDl4jWrites() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, out, true);

    ModelZip read = ModelZip.read(out.toByteArray(), "model.zip");

    assertThat(read.parameters()).isEqualTo(parameters);
    assertThat(read.momentum()).hasValue(momentum);
  }

  @Test
  void theSameParametersGiveTheSameBytesInAnyTimeZone() throws IOException {
    byte[] first = written(momentum);
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertThat(written(momentum)).isEqualTo(first);
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void entriesAreStoredNotDeflated() throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(written(momentum)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
      }
    }
  }

  @Test
  void anyOtherEntryIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(written(null));
    entries.put("preprocessor.bin", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5});

    assertRefused(zip(entries), "preprocessor.bin");
  }

  @Test
  void anEntryThatComesTwiceIsRefused() throws IOException {
    byte[] both =
        new String(written(momentum), StandardCharsets.ISO_8859_1)
            .replace("updaterState.bin", "coefficients.bin")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(both, "coefficients.bin is not expected");
  }

  @Test
  void aClassFromElsewhereIsRefusedBeforeItIsLoaded() throws IOException {
    Map<String, byte[]> entries = entries(written(null));
    entries.put(
        "configuration.json",
        json.replace("org.googlenet.model.WeightedLoss", "javax.script.ScriptEngineManager")
            .getBytes(StandardCharsets.UTF_8));

    assertRefused(zip(entries), "javax.script.ScriptEngineManager");
  }

  @Test
  void aClassThatOnlyBeginsLikeAnAllowedOneIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(written(null));
    entries.put(
        "configuration.json",
        json.replace(
                "org.googlenet.model.WeightedLoss",
                "org.googlenet.model.WeightedLoss<javax.script.ScriptEngineManager>")
            .getBytes(StandardCharsets.UTF_8));

    assertRefused(zip(entries), "ScriptEngineManager");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(written(null));
    entries.put("configuration.json", "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));

    assertRefused(zip(entries), "nested deeper");
  }

  @Test
  void aDeclaredLengthIsHeldToTheConfigurationBeforeAnythingIsAllocated() throws IOException {
    Map<String, byte[]> entries = entries(written(null));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    data.writeUTF("MIXED_DATA_TYPES");
    data.writeLong(8);
    data.writeUTF("LONG");
    data.write(new byte[64]);
    data.writeUTF("MIXED_DATA_TYPES");
    data.writeLong(Long.MAX_VALUE);
    data.writeUTF("FLOAT");
    entries.put("coefficients.bin", bytes.toByteArray());

    assertRefused(zip(entries), "9223372036854775807 values, its configuration needs");
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = written(momentum);

    assertRefused(Arrays.copyOf(whole, whole.length / 2), "damaged zip");
  }

  @Test
  void aFlippedBitIsRefused() throws IOException {
    byte[] damaged = written(momentum);
    damaged[damaged.length / 2] ^= 1;

    assertRefused(damaged, "damaged zip");
  }

  @Test
  void somethingElseIsRefused() {
    assertRefused("not a zip".getBytes(StandardCharsets.UTF_8), "no configuration.json");
  }

  @Test
  void theChecksumIsOfLittleEndianFp32() {
    // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
    assertThat(ModelZip.sha256(new float[] {1, -2}))
        .isEqualTo("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b");
  }

  private static void assertRefused(byte[] zip, String because) {
    assertThatThrownBy(() -> ModelZip.read(zip, "m/model.zip"))
        .isInstanceOf(ModelProblem.class)
        .hasMessageStartingWith("m/model.zip: ")
        .hasMessageContaining(because);
  }

  private static byte[] written(float[] momentumOrNull) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelZip.write(out, json, parameters, momentumOrNull);
    return out.toByteArray();
  }

  private static Map<String, byte[]> entries(byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
