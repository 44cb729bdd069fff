package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.assertj.core.data.Percentage;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.common.Sha256;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Preset;
import org.googlenet.recipe.RecipeNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a run to the champion, through the gate, by single commands and by {@code retrain}. */
@Timeout(900)
class GateAndRetrainTest {

  private static final TrainedRun TRAINED = TrainedRun.get();
  private static final Path NINE = TRAINED.path().resolve("checkpoints/000009-0001");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECORDS = 60;

  @TempDir private static Path shared;

  /** A data set on which the trained run is always right, and a run that knows nothing. */
  private static Path data;

  private static Path untrained;

  @TempDir private Path folder;

  @BeforeAll
  static void makeAGoodAndABadModel() throws IOException {
    List<Record> images = SampleRecords.validation(RECORDS);
    Path set = shared.resolve("images");
    SampleRecords.write(set, "validation", images);
    Map<String, Integer> answers = new HashMap<>();
    Result predicted =
        CommandLineFixture.runHere("predict", NINE, "--data", set, "--top=1", "--format=json");
    for (String line : predicted.succeeded().out().lines().toList()) {
      JsonNode image = JSON.readTree(line);
      answers.put(image.get("image").asText(), image.get("classes").get(0).get("label").asInt());
    }
    data = shared.resolve("answers");
    SampleRecords.write(
        data,
        "validation",
        images.stream()
            .map(image -> new Record(image.key(), image.image(), answers.get(image.key())))
            .toList());
    TinyTraining tiny = TinyTraining.in(shared.resolve("untrained"));
    CommandLineFixture.runHere(
            "train",
            tiny.recipe(),
            "--set=training={batch: 4, rounds: 1, seed: 7}",
            "--set=learningRate={schedule: constant, base: 0.0000001}")
        .succeeded();
    untrained = tiny.run();
  }

  private static Result call(Object... arguments) {
    return CommandLineFixture.runHere(arguments);
  }

  private Path models() {
    return folder.resolve("models");
  }

  private Object[] gate(Path challenger, String... options) {
    List<Object> all =
        new ArrayList<>(List.of("gate", challenger, "--models", models(), "--data", data));
    all.addAll(List.of(options));
    return all.toArray();
  }

  private JsonNode record(String name) throws IOException {
    return JSON.readTree(Files.readString(models().resolve("gates/" + name)));
  }

  @Test
  void aBetterChallengerPassesAndAWorseOneDoesNot() throws IOException {
    call("promote", untrained, "--models", models()).succeeded();

    Result yes = call(gate(NINE, "--margin=5", "--significance=0.01")).succeeded();

    assertThat(yes.err()).isEmpty();
    assertThat(yes.out().lines().toList())
        .satisfiesExactly(
            head -> assertThat(head).contains("top-1", "model"),
            one -> assertThat(one).startsWith("challenger  100.00%  " + NINE),
            two -> assertThat(two).startsWith("champion").contains(models().toString()),
            points ->
                assertThat(points).containsPattern("difference +\\+\\d+\\.\\d\\d points on 60"),
            alone -> assertThat(alone).contains("champion 0;", "wanted: at most 0.01"),
            decision -> assertThat(decision).startsWith("decision    yes: +"));
    JsonNode record = record("tiny-000009-0001-against-0001.json");
    assertThat(record.get("decision").asText()).isEqualTo("yes");
    assertThat(record.get("onlyChampion").asInt()).isZero();
    assertThat(record.get("p").asDouble())
        .isCloseTo(
            Math.pow(0.5, record.get("onlyChallenger").asInt()), Percentage.withPercentage(1e-6));

    byte[] before =
        Files.readAllBytes(models().resolve("gates/tiny-000009-0001-against-0001.json"));
    JsonNode json = call(gate(NINE, "--margin=5", "--significance=0.01", "--format=json")).json();
    assertThat(json).isEqualTo(record);
    assertThat(models().resolve("gates/tiny-000009-0001-against-0001.json"))
        .hasBinaryContent(before);

    call("promote", NINE, "--models", models()).succeeded();
    JsonNode promotion =
        call("models", models(), "--format=json").json().get("promotions").get(0).get("metrics");
    assertThat(promotion.get("gate.yes").asDouble()).isEqualTo(1);
    assertThat(promotion.get("gate.difference")).isEqualTo(record.get("difference"));

    call(gate(untrained))
        .refused(6, untrained.toString(), "the gate says no", "top-1 differs by -");
    assertThat(call(gate(NINE)).succeeded().out())
        .contains("decision    champion already: it is the champion already, by promotion 2")
        .containsPattern("\nchampion .*" + Pattern.quote(models().toString()));
  }

  @Test
  void theFirstChampionMustReachAMinimumThatMustBeGiven() throws IOException {
    call(gate(NINE)).refused(2, models() + ": there is no champion yet", "--minimum-top1");
    call(gate(untrained, "--minimum-top1=99.9")).refused(6, "at least 99.90% is wanted");
    assertThat(record("tiny-000001-0001-against-0000.json").get("decision").asText())
        .isEqualTo("no");
    JsonNode yes = call(gate(NINE, "--minimum-top1=99.9", "--format=json")).json();
    assertThat(yes.get("champion").isNull()).isTrue();
    assertThat(yes.get("decision").asText()).isEqualTo("yes");
  }

  @Test
  void aModelIsNotJudgedByLabelsThatMeanSomethingElse() throws IOException {
    List<String> otherOrder = new ArrayList<>(SampleRecords.classNames());
    Collections.swap(otherOrder, 0, 1);
    Path set = folder.resolve("otherwise");
    SampleRecords.write(set, "validation", otherOrder, SampleRecords.validation(4));
    String[] said = {set + ": its classes are not those of " + NINE, "in another order"};
    call("evaluate", NINE, "--data", set).refused(3, said);
    call("gate", NINE, "--models", models(), "--data", set, "--minimum-top1=0").refused(3, said);
  }

  @Test
  void eachModelIsJudgedByImagesAsItWantsThem() throws IOException {
    call("promote", NINE, "--models", models()).succeeded();
    Path other = withInput("tiny-000009-0001", Preset.CAFFE, folder.resolve("other"));

    double top1 =
        call("evaluate", other, "--data", data, "--format=json").json().get("top1").asDouble();
    JsonNode gate =
        JSON.readTree(call(gate(other, "--margin=100", "--significance=1", "--format=json")).out());

    assertThat(top1).isLessThan(1);
    assertThat(gate.get("challenger").get("top1").asDouble()).isEqualTo(top1);
    assertThat(gate.get("champion").get("top1").asDouble()).isEqualTo(1);
    assertThat(gate.get("challenger").get("parametersSha256"))
        .isEqualTo(gate.get("champion").get("parametersSha256"));
  }

  /** A copy of a promoted model that says it was trained with another input. */
  private Path withInput(String version, Preset preset, Path copy) throws IOException {
    FileUtils.copyDirectory(models().resolve(version).toFile(), copy.toFile());
    ObjectNode state = (ObjectNode) JSON.readTree(copy.resolve("state.json").toFile());
    RecipeNetwork.inputIdentity(preset).forEach(((ObjectNode) state.get("identity"))::put);
    byte[] bytes = JSON.writeValueAsBytes(state);
    Files.write(copy.resolve("state.json"), bytes);
    ObjectNode manifest = (ObjectNode) JSON.readTree(copy.resolve("manifest.json").toFile());
    manifest.put("version", "other");
    ((ObjectNode) manifest.get("blobs").get("state.json"))
        .put("bytes", bytes.length)
        .put("sha256", Sha256.of(bytes));
    JSON.writeValue(copy.resolve("manifest.json").toFile(), manifest);
    return copy;
  }

  @Test
  void optionsOutOfTheirRangeAreRefused() {
    call(gate(NINE, "--margin=101")).refused(2, "--margin: 101", "-100 to 100");
    call(gate(NINE, "--significance=0")).refused(2, "--significance: 0", "above 0 to 1");
    call(gate(NINE, "--minimum-top1=-1")).refused(2, "--minimum-top1: -1", "0 to 100");
    call("train", "x.yaml", "--from-champion", "--init-from=y")
        .refused(2, "--from-champion, --init-from");
    call("train", "x.yaml", "--restart", "--extend").refused(2, "--restart, --extend");
    call("retrain", TRAINED.training().recipe()).refused(2, "--run=ID");
  }

  /** The validation data of the recipe is that on which the run is right. */
  private Object[] retrain(String run, String... options) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "retrain",
                TRAINED.training().recipe(),
                "--run=" + run,
                "--set=output=" + folder.resolve("runs"),
                "--set=models=" + models(),
                "--set=data.validation=" + data,
                "--outcome=" + folder.resolve(run + ".json")));
    all.addAll(List.of(options));
    return all.toArray();
  }

  private JsonNode outcome(String run) throws IOException {
    return JSON.readTree(Files.readString(folder.resolve(run + ".json")));
  }

  private List<String> promoted() throws IOException {
    try (Stream<Path> files = Files.walk(models())) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Tag("slow")
  @Test
  void aRetrainingPromotesOnceAndAWorseOneNotAtAll() throws IOException {
    call(retrain("first")).refused(2, "there is no champion yet", "--minimum-top1");
    assertThat(folder.resolve("runs")).doesNotExist();

    Result first = call(retrain("first", "--minimum-top1=90")).succeeded();

    assertThat(first.out())
        .contains(
            "0 errors, 0 warnings",
            "evaluation: top-1 100.00%",
            "decision    yes: no champion yet",
            "first-000009-0001 is the champion: promotion 1, top-1 100.00%, copied from",
            "kept 2: 000006-0001, 000009-0001");
    JsonNode result = outcome("first").get("result");
    assertThat(outcome("first").get("code").asInt()).isZero();
    assertThat(result.get("training").get("event").asText()).isEqualTo("runFinished");
    assertThat(result.get("gate").get("decision").asText()).isEqualTo("yes");
    assertThat(result.get("promotion").get("number").asInt()).isEqualTo(1);
    List<String> once = promoted();

    Result again = call(retrain("first", "--format=json")).succeeded();

    JsonNode json = JSON.readTree(again.out());
    assertThat(json.has("validation")).isFalse();
    assertThat(json.get("training").get("event").asText()).isEqualTo("alreadyFinished");
    assertThat(json.get("gate").get("decision").asText()).isEqualTo("champion already");
    assertThat(json.has("promotion")).isFalse();
    assertThat(promoted()).isEqualTo(once);

    String[] worse = {
      "--set=training={batch: 4, rounds: 1, seed: 7}",
      "--set=learningRate={schedule: constant, base: 0.0000001}"
    };
    call(retrain("second", worse)).refused(6, "second/checkpoints/000001-0001", "the gate says no");
    assertThat(outcome("second").get("code").asInt()).isEqualTo(6);
    assertThat(outcome("second").get("reason").asText()).contains("the gate says no");
    JsonNode gate = outcome("second").get("result").get("gate");
    assertThat(gate.get("decision").asText()).isEqualTo("no");
    assertThat(gate.get("champion").get("top1").asDouble()).isEqualTo(1);
    assertThat(gate.get("onlyChallenger").asInt()).isZero();
    assertThat(json(call("models", models(), "--format=json")).get("champion").asText())
        .isEqualTo("first-000009-0001");
  }

  private static JsonNode json(Result result) {
    return result.json();
  }

  @Tag("slow")
  @Test
  void aRetrainingMayBeginWithTheChampionAndEndsAtBadData() throws IOException {
    call("promote", NINE, "--models", models()).succeeded();
    call(retrain("tuned", "--start=champion", "--set=training={batch: 4, rounds: 1}", "--margin=1"))
        .refused(6, "the gate says no");
    JsonNode begun =
        call("checkpoints", "show", folder.resolve("runs/tuned"), "--format=json").json();
    assertThat(begun.get("initFrom").asText()).isEqualTo(models() + "/tiny-000009-0001");

    call(retrain("bad", "--set=data.validation=" + TRAINED.training().folder().resolve("train")))
        .refused(3, "36 errors", "its image is that of record");
    assertThat(folder.resolve("runs/bad")).doesNotExist();
    assertThat(outcome("bad").get("code").asInt()).isEqualTo(3);
    assertThat(outcome("bad").get("result").get("validation").get("errors").asInt()).isEqualTo(36);
  }
}
