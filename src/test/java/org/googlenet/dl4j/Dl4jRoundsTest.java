package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.LocalSpark;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.BadRecord;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class Dl4jRoundsTest {

  private static final LearningRateSchedule CONSTANT = new LearningRateSchedule.Constant(0.1, 0);

  @Test
  void aRoundTrainsOnTheExamplesOfThePlan() throws IOException {
    Recipe recipe = recipe("averaging.localSteps=2", "training.batch=4");
    ComputationGraph network = SmallGraphs.threeHeads(new MomentumSgd(0.9, CONSTANT, 0), 65);
    TrainingState start = NetworkState.of(network);

    Average average = round(recipe, network, start);

    assertThat(average.metrics().examples()).isEqualTo(16);
    assertThat(average.metrics().steps()).isEqualTo(2);
    assertThat(average.metrics().losses()).isEmpty();
    assertThat(average.metrics().instructions()).isEmpty();
    assertLearnt(start, average);
  }

  @Test
  void recordsThatCannotBeUsedArePassedOverAndReportedOnce(@TempDir Path folder)
      throws IOException {
    List<Record> records = new ArrayList<>(SampleRecords.train(16));
    for (int bad : new int[] {2, 9}) {
      Record good = records.get(bad);
      byte[] half = Arrays.copyOf(good.image(), good.image().length / 2);
      records.set(bad, new Record(good.key(), half, good.label()));
    }
    SampleRecords.write(folder, "train", records);
    ComputationGraph network = SmallGraphs.threeHeads(new MomentumSgd(0.9, CONSTANT, 0), 65);
    TrainingState start = NetworkState.of(network);

    Average average =
        round(
            recipe(
                "averaging.localSteps=2",
                "training.batch=4",
                "data.train=" + folder,
                "data.quarantine=2"),
            network,
            start);

    assertThat(average.metrics().examples()).isEqualTo(14);
    assertThat(average.metrics().passedOver())
        .extracting(BadRecord::position)
        .containsExactlyInAnyOrder(2, 9);
    assertLearnt(start, average);
  }

  @Test
  @Tag("long")
  void aRoundTrainsGoogLeNet() throws IOException {
    Recipe recipe = recipe("averaging.localSteps=1", "training.batch=2");
    ComputationGraph network = new ComputationGraph(RecipeNetwork.of(recipe, CONSTANT));
    network.init();
    TrainingState start = NetworkState.of(network);

    assertLearnt(start, round(recipe, network, start));
  }

  @Test
  void itLosesTheGlobalStepThatALearningRateScheduleShouldSee() throws IOException {
    Recipe recipe = recipe("averaging.localSteps=1", "training.batch=4");
    LearningRateSchedule zeroFromStepOne = new LearningRateSchedule.Step(0.1, 1, 0, 0);
    ComputationGraph network = SmallGraphs.threeHeads(new MomentumSgd(0, zeroFromStepOne, 0), 65);
    network.getConfiguration().setIterationCount(5);
    TrainingState start = NetworkState.of(network);

    assertThat(round(recipe, network, start).parameters()).isNotEqualTo(start.parameters());
  }

  @Test
  void itsWorkersClipTheGradient() throws IOException {
    Recipe recipe = recipe("averaging.localSteps=1", "training.batch=4");
    double norm = 1e-4;
    LearningRateSchedule one = new LearningRateSchedule.Constant(1, 0);
    ComputationGraph network = SmallGraphs.threeHeads(new MomentumSgd(0, one, norm), 65);
    TrainingState start = NetworkState.of(network);

    Average average = round(recipe, network, start);

    double squares = 0;
    for (int i = 0; i < start.parameters().length; i++) {
      squares += Math.pow(average.parameters()[i] - start.parameters()[i], 2);
    }
    // The decay of 1e-3 a weight is not clipped.
    assertThat(Math.sqrt(squares))
        .isPositive()
        .isLessThan(norm + 2e-3 * network.params().norm2Number().doubleValue());
  }

  private static Average round(Recipe recipe, ComputationGraph network, TrainingState start) {
    Dataset train = Dataset.open(new Stores(Map.of()), recipe.data().train());
    RoundPlan plan = RoundPlan.of(recipe, train.recordsPerShard());
    String configuration = network.getConfiguration().toJson();
    return new Dl4jRounds(
            LocalSpark.context(),
            recipe,
            plan.data(),
            train,
            EngineSpec.of(configuration).withBatch(4).withKind(EngineKind.DL4J))
        .run(start, plan.round(0));
  }

  private static Recipe recipe(String... overrides) throws IOException {
    Path file = Path.of("conf/recipes/sample.yaml");
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("averaging.master=dl4j");
    all.add("model.side=65");
    return RecipeLoader.load(Files.readString(file), file.toString(), all);
  }

  private static void assertLearnt(TrainingState start, Average average) {
    assertThat(average.parameters()).isNotEqualTo(start.parameters());
    assertThat(average.momentum()).isNotEqualTo(start.momentum());
    assertThat(allFinite(average.parameters())).isTrue();
    assertThat(allFinite(average.momentum())).isTrue();
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
