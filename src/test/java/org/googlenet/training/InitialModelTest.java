package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.googlenet.TinyTraining;
import org.googlenet.common.Problem;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.registry.Models;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.report.TrainingEvent.Initialised;
import org.googlenet.report.TrainingEvent.NoChampion;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.StateFile;
import org.googlenet.storage.Stores;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.googlenet.training.TrainingJob.Options;
import org.googlenet.weights.ParameterNames;
import org.googlenet.weights.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run may begin with another's parameters, and with nothing else of it. */
@Timeout(900)
@Tag("slow")
class InitialModelTest {

  /** A constant rate, so that a run may be made longer, and every checkpoint stays. */
  private static final String[] SHORT = {
    "learningRate={schedule: constant, base: 0.01}",
    "training={batch: 4, rounds: 1}",
    "checkpoint={every: 1, keepLast: 9, lease: 2s}"
  };

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void trainTheSource() {
    runs = new TinyRuns(TinyTraining.in(folder));
    train(TinyRuns.PLAIN, "run=source");
  }

  private static Options from(Object model) {
    return Options.NONE.beginningWith(model.toString());
  }

  private static Path source() {
    return runs.tiny().run("source");
  }

  private static Trained train(Options options, String... overrides) {
    return runs.train(options, with(overrides));
  }

  private static Problem refusal(Options options, String... overrides) {
    return runs.problem(options, UnaryOperator.identity(), with(overrides));
  }

  private static String[] with(String... overrides) {
    return Stream.of(SHORT, overrides).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aRunBeginsWithTheParametersAndItsOwnCountersAndMomentum() throws IOException {
    Trained trained = train(from(source()), "run=begun");

    String parameters = runs.parameters("source");
    assertThat(trained.events(Initialised.class))
        .containsExactly(new Initialised(source().toString(), parameters));
    Checkpoint first =
        Checkpoint.at(new Stores(Map.of()), runs.tiny().run("begun") + "/checkpoints/000000-0001");
    assertThat(first.manifest().metadata().labels())
        .containsEntry("parametersSha256", parameters)
        .containsEntry("initFrom", source().toString());
    assertThat(first.bytes("momentum.bin")).containsOnly(0);
    StateFile state = CheckpointCodec.readStateFile(first);
    assertThat(state.counters()).isEqualTo(new StateFile.Counters(0, 0, 0, 0, 0));
    assertThat(state.initial()).isEqualTo(new StateFile.Initial(source().toString(), parameters));
    assertThat(trained.last(RoundFinished.class).step()).isEqualTo(2);
    assertThat(runs.newest("begun").labels())
        .containsEntry("initFrom", source().toString())
        .containsEntry("initParametersSha256", parameters);
    assertThat(runs.parameters("begun")).isNotEqualTo(parameters);
  }

  @Test
  void aModelThatSawOtherValuesOfPixelsIsRefusedUnlessThatIsAllowed() {
    Problem refused = refusal(from(source()), "run=pixels", "input.channels=bgr");

    assertThat(refused)
        .hasMessageStartingWith(source().toString())
        .hasMessageEndingWith(
            ": was trained with input.channels rgb, the recipe has bgr; set input, or start.strict: false");
    Trained allowed =
        train(
            Options.NONE,
            "run=pixels",
            "model.variant=lrn",
            "input.channels=bgr",
            "start.from=" + source(),
            "start.strict=false");
    assertThat(allowed.events(Initialised.class)).hasSize(1);
    assertThat(allowed.events(Warned.class))
        .extracting(Warned::message)
        .anyMatch(line -> line.endsWith("is of the variant plain, the recipe's network of lrn"))
        .anyMatch(line -> line.endsWith("was trained with input.channels rgb, the recipe has bgr"));
  }

  @Test
  void aRunThatAnOptionBeganOtherwiseThanItsRecipeGoesOnByTheRecipeAlone() throws IOException {
    String start = "start=" + copyOfTheSourcesZip("unused.zip");
    train(from(source()), "run=aside", start);

    Trained on = train(TinyRuns.PLAIN, "run=aside", start, "training.rounds=2");

    assertThat(on.last(Resumed.class).round()).isEqualTo(1);
    assertThat(runs.newest("aside").labels()).containsEntry("initFrom", source().toString());
    assertThat(refusal(TinyRuns.PLAIN, "run=aside", "start=/elsewhere", "training.rounds=3"))
        .hasMessageContaining("start.from: the run began with " + source());
    Options again = from(folder.resolve("unused.zip"));
    assertThat(refusal(again, "run=aside", start, "training.rounds=3"))
        .hasMessageContaining("--init-from: the run began with " + source());
  }

  @Test
  void aRunThatGoesOnNeedsTheModelNoMore() throws IOException {
    Path model = copyOfTheSourcesZip("gone.zip");
    train(from(model), "run=on");
    Files.delete(model);

    Trained rest = train(from(model), "run=on", "training.rounds=2");
    Trained more = train(TinyRuns.PLAIN, "run=on", "training.rounds=3");

    assertThat(rest.last(Resumed.class).round()).isEqualTo(1);
    assertThat(rest.events(Initialised.class)).isEmpty();
    assertThat(more.last(Resumed.class).round()).isEqualTo(2);
    assertThat(runs.newest("on").labels()).containsEntry("initFrom", model.toString());
  }

  @Test
  void aDriverStoppedInTheFirstRoundLeavesWhatTheRunBeganWith() throws Exception {
    Path model = copyOfTheSourcesZip("first.zip");
    assertThatThrownBy(
            () ->
                runs.train(
                    from(model),
                    training ->
                        (worker, state) -> {
                          throw new IllegalStateException("killed");
                        },
                    with("run=first")))
        .hasMessageContaining("killed");
    Files.delete(model);

    Trained rest = train(from(model), "run=first");

    assertThat(rest.end()).isEqualTo(End.FINISHED);
    assertThat(rest.last(Resumed.class).round()).isZero();
    SavedModel again = SavedModel.open(new Stores(Map.of()), runs.tiny().run("first").toString());
    assertThat(again.metadata().labels()).containsEntry("initFrom", model.toString());
  }

  @Test
  void goingOnWithAnotherModelIsRefused() {
    train(from(source()), "run=kept");

    Problem other = refusal(from("/elsewhere/models"), "run=kept", "training.rounds=2");

    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other)
        .hasMessageContainingAll(
            "--init-from: the run began with " + source(), "asked for is /elsewhere/models");
    assertThat(refusal(from(source()), "run=source", "training.rounds=2"))
        .hasMessageContaining("the run began with no model, asked for is " + source());
  }

  @Test
  void aModelOfAnotherNetworkIsRefusedInOneLine() {
    Problem problem = refusal(from(source() + "/"), "run=wide", "model.side=224");

    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem)
        .hasMessageContainingAll(
            source() + "/checkpoints/000001-0001",
            "does not fit the network (plain, 10 classes, side 224)",
            "aux1.fc1_W is [128, 1024] and not [2048, 1024]",
            "start.replace: [aux1.fc1,aux2.fc1]",
            "start.strict: false");
    assertThat(refusal(from(source()), "run=other", "model.variant=lrn"))
        .hasMessageContainingAll("variant plain", "network of lrn", "set model.variant");
  }

  @Test
  void theRecipeMayNameTheModelAndLayersThatGetFreshWeights() throws IOException {
    String start = "start={from: " + source() + ", replace: [classifiers, conv1]}";
    Trained begun = train(TinyRuns.PLAIN, "run=by-recipe", start);
    assertThat(begun.last(Initialised.class).from()).isEqualTo(source().toString());
    assertThat(begun.last(Initialised.class).parametersSha256())
        .isNotEqualTo(runs.parameters("source"));

    Trained on = train(TinyRuns.PLAIN, "run=by-recipe", start, "training.rounds=2");
    assertThat(on.last(Resumed.class).round()).isEqualTo(1);
    assertThat(
            refusal(
                TinyRuns.PLAIN,
                "run=by-recipe",
                "start={from: /elsewhere, replace: [classifiers, conv1]}",
                "training.rounds=3"))
        .hasMessageContaining("start.from: the run began with " + source());
    assertThat(
            refusal(
                TinyRuns.PLAIN,
                "run=by-recipe",
                "start={from: " + source() + ", replace: classifiers}",
                "training.rounds=3"))
        .hasMessageContaining("start.replace: the run has [classifiers, conv1]");
    Trained unnamed = train(TinyRuns.PLAIN, "run=by-recipe", "training.rounds=3");
    assertThat(unnamed.last(Resumed.class).round()).isEqualTo(2);
    Trained named = train(TinyRuns.PLAIN, "run=by-recipe", start, "training.rounds=4");
    assertThat(named.last(Resumed.class).round()).isEqualTo(3);
  }

  @Test
  void aRunMayBeginWithWeightsInAFileWhichAreTheSame() throws IOException {
    TrainedModel model = TrainedModel.open(new Stores(Map.of()), source().toString());
    Path file = folder.resolve("source.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsFile.write(out, WeightSource.of(model).as(ParameterNames.TORCHVISION), Map.of());
    }
    Trained begun = train(from(file), "run=from-file");
    assertThat(begun.last(Initialised.class).parametersSha256())
        .isEqualTo(runs.parameters("source"));
  }

  @Test
  void aRunMayBeginWithTheChampionAndTheNextOneChangesNothing() throws IOException {
    String models = "models=" + folder.resolve("promoted");
    Options fromChampion = Options.NONE.beginningWithChampion(true);

    Trained first = train(fromChampion, "run=none-yet", models);
    assertThat(first.events(NoChampion.class))
        .containsExactly(new NoChampion(folder.resolve("promoted").toString()));
    assertThat(runs.newest("none-yet").labels()).doesNotContainKey("initFrom");

    promote("source");
    Trained second = train(fromChampion, "run=challenger", models);
    String champion = folder.resolve("promoted") + "/source-000001-0001";
    assertThat(second.events(Initialised.class))
        .containsExactly(new Initialised(champion, runs.parameters("source")));
    assertThat(runs.newest("challenger").labels()).containsEntry("initFrom", champion);

    promote("none-yet");
    Trained on = train(fromChampion, "run=challenger", models, "training.rounds=2");
    assertThat(on.last(Resumed.class).round()).isEqualTo(1);
    assertThat(on.events(Initialised.class)).isEmpty();
    assertThat(runs.newest("challenger").labels()).containsEntry("initFrom", champion);
  }

  private static void promote(String run) throws IOException {
    Stores stores = new Stores(Map.of());
    SavedModel model = SavedModel.open(stores, runs.tiny().run(run).toString());
    Promotion.of(
        model,
        new Models(stores.open(folder.resolve("promoted").toString())),
        new Promotion.Request(
            model.version(),
            TrainedModel.BLOBS,
            "me",
            "",
            false,
            (card, version, gate) -> new byte[0]),
        Clock.systemUTC());
  }

  @Test
  void aModelThatIsNotThereIsRefusedBeforeAnythingIsTrained() {
    assertThat(refusal(from(folder.resolve("nowhere")), "run=none"))
        .hasMessageContainingAll("nowhere", "no run, checkpoint or promoted model here");
    assertThat(runs.tiny().run("none").resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aDryRunReadsTheModelThatANewRunWouldBeginWith() {
    assertThatThrownBy(() -> dryRun(from(folder.resolve("nowhere")), "run=dry"))
        .isInstanceOf(Problem.class)
        .hasMessageContainingAll("nowhere", "no run, checkpoint or promoted model here");
    assertThatThrownBy(() -> dryRun(from(source()), "run=dry", "model.side=224"))
        .hasMessageContaining("does not fit the network");
    assertThat(dryRun(from(source()), "run=dry")).isZero();
    assertThatThrownBy(() -> dryRun(from("/elsewhere").restarting(true), "run=source"))
        .hasMessageContaining("/elsewhere");
  }

  private static int dryRun(Options options, String... overrides) {
    return ResumeCheck.roundsDone(runs.setup(with(overrides)), new Stores(Map.of()), options);
  }

  @Test
  void whatIsSaidOfAStartInVainIsWarnedOf() {
    Trained fresh =
        train(
            TinyRuns.PLAIN,
            "run=in-vain",
            "start.replace=[conv1]",
            "freeze=[3a]",
            "unfreeze={9: [3a]}");

    assertThat(fresh.events(Warned.class))
        .extracting(Warned::message)
        .containsExactly(
            "start.replace [conv1], start.strict true: without effect, as all weights are fresh; set start.from",
            "unfreeze 9 [3a]: the training ends with epoch 1, so they stay as they are; name an earlier epoch");
  }

  @Test
  void freshWeightsThatAreNeverTrainedAreWarnedOf() {
    assertThat(warningsWithFrozen("3a")).noneMatch(line -> line.contains("start.replace"));
    assertThat(warningsWithFrozen("aux1, aux2"))
        .contains(
            "start.replace: aux1: frozen throughout, so the fresh weights stay as they are; leave it out of freeze, or unfreeze it");
  }

  private static List<String> warningsWithFrozen(String names) {
    return runs.setup(
            with(
                "start={from: models, replace: [classifiers]}",
                "freeze=[" + names + "]",
                "unfreeze={2: [" + names.replaceFirst(".*, ", "") + "]}"))
        .warnings();
  }

  private static Path copyOfTheSourcesZip(String name) throws IOException {
    return Files.copy(source().resolve("checkpoints/000001-0001/model.zip"), folder.resolve(name));
  }
}
