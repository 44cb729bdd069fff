package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.googlenet.averaging.RoundPlan.PlannedRound;
import org.googlenet.data.DataPlan;
import org.googlenet.data.DataPlan.Section;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.junit.jupiter.api.Test;

/** Where each round of a training is in the data and in the global steps. */
class RoundPlanTest {

  private static Recipe recipe(String... overrides) {
    return RecipeLoader.load(
        "data: {train: t, validation: v}\ntraining: {epochs: 1}\n",
        "test.yaml",
        List.of(overrides));
  }

  private static RoundPlan plan(int records, String... overrides) {
    return RoundPlan.of(recipe(overrides), new int[] {records});
  }

  private static List<PlannedRound> rounds(RoundPlan plan) {
    List<PlannedRound> rounds = new ArrayList<>();
    for (int round = 0; round < plan.rounds(); round++) {
      rounds.add(plan.round(round));
    }
    return rounds;
  }

  private record Drawn(RoundPlan plan, int batch) {}

  private static List<RoundPlan> plans() {
    return drawn().stream().map(Drawn::plan).toList();
  }

  /** Schedules of local steps of each kind, lengths of both kinds, drawn once and for all. */
  private static List<Drawn> drawn() {
    Random random = new Random(8);
    List<Drawn> plans = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String localSteps =
          switch (random.nextInt(3)) {
            case 0 -> Integer.toString(1 + random.nextInt(20));
            case 1 ->
                String.format(
                    Locale.ROOT,
                    "{schedule: growing, value: %d, every: %d, factor: %d, most: %d}",
                    1 + random.nextInt(3),
                    1 + random.nextInt(30),
                    2 + random.nextInt(2),
                    3 + random.nextInt(30));
            default ->
                String.format(
                    Locale.ROOT,
                    "{schedule: warmup, value: %d, warmUp: %d}",
                    1 + random.nextInt(20),
                    1 + random.nextInt(40));
          };
      int batch = 1 + random.nextInt(40);
      plans.add(
          new Drawn(
              plan(
                  1 + random.nextInt(900),
                  "averaging.localSteps=" + localSteps,
                  "averaging.workers=" + (1 + random.nextInt(5)),
                  "training.batch=" + batch,
                  (random.nextBoolean() ? "training.epochs=" : "training.rounds=")
                      + (1 + random.nextInt(12))),
              batch));
    }
    return plans;
  }

  @Test
  void roundsFollowOnOneAnotherAndMakeUpWholeEpochs() {
    for (RoundPlan plan : plans()) {
      Section before = new Section(0, 0, 0);
      for (PlannedRound planned : rounds(plan)) {
        Section section = planned.section();
        if (before.to() == plan.data().examplesPerEpoch()) {
          before = new Section(before.epoch() + 1, 0, 0);
        }
        assertThat(section.epoch()).isEqualTo(before.epoch());
        assertThat(section.from()).isEqualTo(before.to());
        assertThat(section.examples()).isPositive();
        assertThat(planned.endsEpoch()).isEqualTo(section.to() == plan.data().examplesPerEpoch());
        before = section;
      }
    }
  }

  @Test
  void theGlobalStepGrowsByTheLocalStepsOfTheWorkerWithMost() {
    for (Drawn drawn : drawn()) {
      RoundPlan plan = drawn.plan();
      int step = 0;
      for (PlannedRound planned : rounds(plan)) {
        long most = 0;
        for (int worker = 0; worker < plan.data().workers(); worker++) {
          most =
              Math.max(
                  most,
                  DataPlan.examples(plan.data().ranges(planned.section(), List.of(), worker)));
        }
        assertThat(planned.step()).isEqualTo(step);
        assertThat(planned.steps()).isEqualTo((most + drawn.batch() - 1) / drawn.batch());
        step += planned.steps();
      }
      assertThat(plan.steps()).isEqualTo(step);
    }
  }

  @Test
  void whatIsLeftOfATrainingIsTheSumOfItsRounds() {
    for (RoundPlan plan : plans()) {
      long examples = 0;
      for (int round = plan.rounds() - 1; round >= 0; round--) {
        examples += plan.round(round).section().examples();
        assertThat(plan.examplesFrom(round)).isEqualTo(examples);
      }
      assertThat(plan.examplesFrom(plan.rounds())).isZero();
    }
  }

  @Test
  void theLengthOfATrainingDoesNotMoveItsRounds() {
    String localSteps = "averaging.localSteps={schedule: warmup, value: 7, warmUp: 30}";
    RoundPlan one = plan(1000, localSteps, "training.epochs=1");
    RoundPlan five = plan(1000, localSteps, "training.epochs=5");
    for (int round = 0; round < one.rounds(); round++) {
      assertThat(one.round(round)).isEqualTo(five.round(round));
    }
  }

  @Test
  void aConstantNumberOfLocalStepsCutsEachEpochAlike() {
    RoundPlan plan =
        plan(130, "averaging={workers: 4, localSteps: 4}", "training={batch: 8, epochs: 2}");
    assertThat(rounds(plan)).extracting(PlannedRound::steps).containsExactly(4, 1, 4, 1);
    assertThat(rounds(plan))
        .extracting(planned -> planned.section().examples())
        .containsExactly(128L, 2L, 128L, 2L);
  }

  @Test
  void aWarmUpMakesOneLocalStepARoundAtFirst() {
    RoundPlan plan =
        plan(
            64,
            "averaging={workers: 2, localSteps: {schedule: warmup, value: 4, warmUp: 6}}",
            "training={batch: 4, epochs: 3}");
    assertThat(rounds(plan))
        .extracting(PlannedRound::steps)
        .containsExactly(1, 1, 1, 1, 1, 1, 2, 4, 4, 4, 4);
  }

  @Test
  void growingLocalStepsAreMultipliedFromTimeToTimeUpToTheirMost() {
    RoundPlan plan =
        plan(
            1000,
            "averaging={workers: 1, localSteps: {schedule: growing, value: 2, every: 4, factor: 2, most: 9}}",
            "training={batch: 1, rounds: 8}");
    assertThat(rounds(plan))
        .extracting(PlannedRound::steps)
        .containsExactly(2, 2, 4, 8, 9, 9, 9, 9);
  }

  @Test
  void aRoundBehindTheLastIsOfTheLastEpoch() {
    RoundPlan plan = plan(130, "averaging={workers: 4, localSteps: 4}", "training.epochs=2");
    assertThat(plan.epochOf(0)).isZero();
    assertThat(plan.epochOf(plan.rounds() - 1)).isEqualTo(1);
    assertThat(plan.epochOf(plan.rounds() + 4)).isEqualTo(1);
  }

  @Test
  void aLongTrainingTakesNoMemory() {
    RoundPlan plan = plan(1_281_167, "training={rounds: 100000000}", "averaging.workers=64");
    assertThat(plan.round(99_999_999).section().epoch()).isEqualTo(99_999_999 / 40);
  }
}
