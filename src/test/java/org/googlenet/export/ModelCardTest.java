package org.googlenet.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.common.Sha256;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelZip;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Blobs;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.run.StateFile;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A model card says what was recorded, and of the rest that it is unknown. */
class ModelCardTest {

  private static final Metadata EVALUATED =
      new Metadata(
          Map.of(Metadata.TRAIN_RECORDS, 1200L),
          Map.of(Metadata.TOP1, 0.657, Metadata.TOP5, 0.9, Metadata.EVALUATED, 1000.0),
          Map.of(
              Metadata.TRAIN, "data/pets/train",
              Metadata.VALIDATION, "data/pets/validation",
              Metadata.PARAMETERS, "ab".repeat(32)));

  private static byte[] zip;

  @BeforeAll
  static void network() throws IOException {
    ComputationGraphConfiguration configuration = TestWeights.configuration(GoogLeNet.of(2, 65));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelZip.write(out, configuration.toJson(), TestWeights.of(configuration, 1), null);
    zip = out.toByteArray();
  }

  @Test
  void whatWasRecordedIsSaid() throws IOException {
    SavedModel model = model(EVALUATED, List.of("cat", "dog"), Optional.empty());

    String card = card(model, Optional.of("apache-2.0"), Optional.of(gate()));

    assertThat(card)
        .contains(
            "# pets-1",
            "| parameters | 6,377,270 |",
            "| input | 3 x 65 x 65 |",
            "| run | `runs/pets` |",
            "| licence | `apache-2.0` |",
            "Classes, in the order of the outputs: `cat`, `dog`.",
            "| data set | `data/pets/train` |",
            "| fingerprint | `" + "f".repeat(64) + "` |",
            "| records | 1,200 |",
            "3,840 examples in 60 global steps and 30 rounds",
            "learningRate.base: 0.01",
            "| in training | `data/pets/validation` | 1,000 | top-1 accuracy | 65.70% | 62.70% to 68.58% |",
            "| in training | `data/pets/validation` | 1,000 | top-5 accuracy | 90.00% | 87.98% to 91.71% |",
            "| by the gate | `data/pets/test` | 98 | top-1 accuracy | 50.00% | 40.29% to 59.71% |",
            "| `model.zip` | "
                + String.format(Locale.ROOT, "%,d", zip.length)
                + " | `"
                + Sha256.of(zip)
                + "` |");
  }

  @Test
  void theMetadataBlockIsWhatHuggingFaceReads() throws IOException {
    JsonNode block =
        block(
            card(
                model(EVALUATED, List.of("cat", "dog"), Optional.empty()),
                Optional.of("cc-by-4.0"),
                Optional.of(gate())));

    assertThat(block.get("license").asText()).isEqualTo("cc-by-4.0");
    assertThat(block.get("pipeline_tag").asText()).isEqualTo("image-classification");
    assertThat(block.get("library_name").asText()).isEqualTo("googlenet-spark");
    JsonNode index = block.get("model-index").get(0);
    assertThat(index.get("name").asText()).isEqualTo("pets-1");
    assertThat(index.get("results")).hasSize(2);
    JsonNode training = index.get("results").get(0);
    assertThat(training.get("task").get("type").asText()).isEqualTo("image-classification");
    assertThat(training.get("dataset").get("name").asText())
        .isEqualTo("data/pets/validation, in training");
    assertThat(training.get("metrics")).hasSize(2);
    assertThat(training.get("metrics").get(0).get("value").asDouble()).isEqualTo(0.657);
  }

  @Test
  void whatIsNotKnownIsSaidToBeUnknown() throws IOException {
    SavedModel model = model(Metadata.NONE, List.of(), Optional.empty());

    String card = card(model, Optional.empty(), Optional.empty());

    assertThat(block(card).get("license").asText()).isEqualTo("unknown");
    assertThat(block(card).has("model-index")).isFalse();
    assertThat(card)
        .contains(
            "| licence | unknown |",
            "| data set | unknown |",
            "| records | unknown |",
            "`class 0`, `class 1`",
            "## Evaluation\n\nNone was recorded.");
  }

  @Test
  void anAccuracyOfAnUnknownNumberOfExamplesHasNoInterval() throws IOException {
    Metadata old = new Metadata(Map.of(), Map.of(Metadata.TOP1, 0.5), Map.of());

    assertThat(card(model(old, List.of(), Optional.empty()), Optional.empty(), Optional.empty()))
        .contains("| in training | unknown | unknown | top-1 accuracy | 50.00% | unknown |");
  }

  @Test
  void ofAModelThatWasOnlyImportedNoTrainingIsInvented() throws IOException {
    StateFile.Initial initial = new StateFile.Initial("bvlc.caffemodel", "cd".repeat(32));
    StateFile imported =
        StateFile.of(
            new StateFile.Counters(0, 0, 0, 0, 0),
            new TreeMap<>(Map.of("input.resize", "auto")),
            new StateFile.Data("", List.of(), "caffe"),
            Optional.of(initial),
            new StateFile.Arithmetic(null, null, null, null));

    assertThat(card(model(Metadata.NONE, imported), Optional.empty(), Optional.empty()))
        .contains(
            "| fingerprint | unknown |",
            "This program has not trained it.",
            "| imported from | `runs/pets` |",
            "the model `bvlc.caffemodel`")
        .doesNotContain("global steps", "| run |", "| checkpoint |", "000030-0001");
  }

  @Test
  void theWeightsThatItBeganWithAreNamed() throws IOException {
    StateFile.Initial initial = new StateFile.Initial("weights/imported", "cd".repeat(32));

    assertThat(
            card(
                model(Metadata.NONE, List.of(), Optional.of(initial)),
                Optional.empty(),
                Optional.empty()))
        .contains("the model `weights/imported`", "`" + "cd".repeat(32) + "`");
  }

  @Test
  void namesThatOthersChoseBreakNeitherTheTablesNorTheBlock() throws IOException {
    Metadata odd =
        new Metadata(
            Map.of(),
            Map.of(Metadata.TOP1, 0.5, Metadata.EVALUATED, 10.0),
            Map.of(Metadata.VALIDATION, "a \"set\": {x}\n---\n| b", Metadata.TRAIN, "a|`b`"));

    String card =
        card(
            model(odd, List.of("one`\ntwo", "three | four"), Optional.empty()),
            Optional.empty(),
            Optional.empty());

    assertThat(
            block(card)
                .get("model-index")
                .get(0)
                .get("results")
                .get(0)
                .get("dataset")
                .get("name")
                .asText())
        .isEqualTo("a \"set\": {x}\n---\n| b, in training");
    assertThat(card)
        .contains("``one` two``, `three | four`", "| data set | `` a\\|`b` `` |")
        .contains("| `a \"set\": {x} --- \\| b` |");
  }

  @Test
  void whatAStateHasCannotEndTheBlockThatShowsIt() throws IOException {
    StateFile odd =
        StateFile.of(
            new StateFile.Counters(30, 60, 3840, 0, 0),
            new TreeMap<>(
                Map.of(
                    "```", "a",
                    "input.x", "1\n```\n## Evaluation",
                    "model.variant", "`|\n# Best")),
            new StateFile.Data("f".repeat(64), List.of(), "none"),
            Optional.empty(),
            new StateFile.Arithmetic("onednn", "avx2", "fp32", 2));

    assertThat(card(model(Metadata.NONE, odd), Optional.empty(), Optional.empty()))
        .contains(
            "````yaml\n```: a\ninput.x: 1 ``` ## Evaluation\nmodel.variant: `| # Best\n````\n",
            "variant `` `\\| # Best ``")
        .containsOnlyOnce("\n## Evaluation")
        .doesNotContain("\n# Best");
  }

  @Test
  void theSameModelHasTheSameCard() throws IOException {
    SavedModel model = model(EVALUATED, List.of("cat", "dog"), Optional.empty());

    assertThat(card(model, Optional.empty(), Optional.of(gate())))
        .isEqualTo(card(model, Optional.empty(), Optional.of(gate())));
  }

  /** The card of a model about which all is recorded. */
  static byte[] card(Optional<String> license) throws IOException {
    SavedModel model = model(EVALUATED, List.of("cat", "dog"), Optional.empty());
    return new ModelCard(license).of(model, "pets-1", Optional.of(gate()));
  }

  private static String card(SavedModel model, Optional<String> license, Optional<GateRecord> gate)
      throws IOException {
    return new String(new ModelCard(license).of(model, "pets-1", gate), UTF_8);
  }

  private static JsonNode block(String card) throws IOException {
    int end = card.indexOf("\n---\n");
    assertThat(card).startsWith("---\n");
    return new ObjectMapper(new YAMLFactory()).readTree(card.substring(4, end));
  }

  private static SavedModel model(
      Metadata metadata, List<String> classes, Optional<StateFile.Initial> initial)
      throws IOException {
    StateFile state =
        StateFile.of(
            new StateFile.Counters(30, 60, 3840, 0, 0),
            new TreeMap<>(Map.of("learningRate.base", "0.01", "input.alpha", "ignore")),
            new StateFile.Data("f".repeat(64), classes, "caffe"),
            initial,
            new StateFile.Arithmetic("onednn", "avx2", "fp32", 2));
    return model(metadata, state);
  }

  private static SavedModel model(Metadata metadata, StateFile state) throws IOException {
    ObjectStore store = new MemoryStore();
    store.create("m/model.zip", ObjectStore.Body.of(zip));
    store.create("m/state.json", ObjectStore.Body.of(state.toJson()));
    Map<String, Manifest.Blob> blobs =
        Map.of("model.zip", blob(zip), "state.json", blob(state.toJson()));
    return new SavedModel(
        "pets-000030-0001",
        "runs/pets",
        new CheckpointId(30, 1),
        1767225600000L,
        metadata,
        new Blobs(store, "m", blobs));
  }

  private static Manifest.Blob blob(byte[] bytes) {
    return new Manifest.Blob(bytes.length, Sha256.of(bytes));
  }

  private static GateRecord gate() {
    GateRecord.Model challenger =
        new GateRecord.Model("pets-000030-0001", "runs/pets", "ab".repeat(32), 0.5);
    return new GateRecord(
        GateRecord.YES,
        "better",
        challenger,
        null,
        0,
        "data/pets/test",
        "e".repeat(64),
        100,
        2L,
        null,
        null,
        null,
        null,
        0,
        0.05,
        null);
  }
}
