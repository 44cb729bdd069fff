package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.report.GoogLeNetHeads.heads;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.googlenet.model.Head;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.junit.jupiter.api.Test;

class HeadWatchTest {

  private static final HeadValues SOUND = heads(1.2, 0.8, 0.9);
  private static final HeadValues FEW = heads(0.02, 0.11, 0.14);
  private static final HeadValues LEARNT = heads(0.8, 1.1, 1);
  private static final HeadValues AUX1_STUCK = heads(0.8, 2.301, 1);

  @Test
  void aHeadThatLearnsIsNotSpokenOf() throws IOException {
    HeadWatch watch = watch(1000);
    for (int i = 1; i <= 20; i++) {
      double loss = 2.4 - 0.1 * i;
      assertThat(watch.after(round(i, heads(loss, loss, loss), SOUND, FEW))).isEmpty();
    }
  }

  @Test
  void aHeadOfDeadUnitsIsSaidInOneLineOnce() throws IOException {
    HeadWatch watch = watch(80, "learningRate.base=0.1");
    HeadValues dead = heads(0.02, 0.97, 0.14);

    assertThat(watch.after(round(1, AUX1_STUCK, SOUND, dead))).isEmpty();
    assertThat(watch.after(round(2, AUX1_STUCK, SOUND, dead))).isEmpty();
    assertThat(watch.after(round(3, AUX1_STUCK, SOUND, dead)))
        .containsExactly(
            "head aux1: its loss has been at ln(10) = 2.303, as of a head that knows nothing, for 3 rounds: 97% of its ReLU units are dead, as after too high a rate or a bad start; lower learningRate.base (0.1) or raise model.bias (0.0), and begin anew");
    assertThat(watch.after(round(4, AUX1_STUCK, SOUND, dead))).isEmpty();
  }

  @Test
  void aHeadWithoutAGradientIsSaidToHaveNoneHoweverManyUnitsLookDead() throws IOException {
    HeadWatch watch = watch(80, "loss.aux1=0");
    HeadValues none = heads(1.2, 0, 0.9);

    assertThat(thirdOf(watch, AUX1_STUCK, none, heads(0.02, Double.NaN, 0.14)))
        .singleElement()
        .asString()
        .endsWith("for 3 rounds: no gradient reaches it; loss.aux1 is 0.0");
    assertThat(thirdOf(watch(80), AUX1_STUCK, none, heads(0.02, 1, 0.14)))
        .singleElement()
        .asString()
        .contains("no gradient reaches it; loss.aux1 is 0.3");
  }

  @Test
  void aFrozenHeadIsNotExpectedToLearn() throws IOException {
    HeadValues none = heads(1.2, 0, 0.9);

    assertThat(thirdOf(watch(80, "freeze=[stem..4e, aux1]"), AUX1_STUCK, none, FEW)).isEmpty();
    assertThat(thirdOf(watch(80, "freeze=[stem..4e, aux2]"), AUX1_STUCK, none, FEW)).hasSize(1);
    assertThat(thirdOf(watch(80, "freeze=[aux1.conv]"), AUX1_STUCK, none, FEW)).hasSize(1);
  }

  @Test
  void aHeadThatCouldLearnAndDoesNotHasTheDataOrTheRateToBlame() throws IOException {
    assertThat(thirdOf(watch(80, "learningRate.base=0.00001"), AUX1_STUCK, SOUND, FEW))
        .singleElement()
        .asString()
        .contains("labels do not fit the images", "learningRate.base (1.0E-5) is too low");
    assertThat(thirdOf(watch(80), AUX1_STUCK, heads(), heads())).hasSize(1);
  }

  @Test
  void aLossMayRestlesslyLieAboveAndHardlyBelow() throws IOException {
    HeadValues above = heads(2.41, 2.43, 2.39);
    HeadValues below = heads(2.26, 2.25, 2.28);
    HeadWatch watch = watch(80);

    watch.after(round(1, above, SOUND, FEW));
    watch.after(round(2, below, SOUND, FEW));
    assertThat(watch.after(round(3, above, SOUND, FEW)))
        .extracting(line -> line.substring(0, 9))
        .containsExactly("head main", "head aux2");
  }

  @Test
  void headsAreWatchedEachOnItsOwn() throws IOException {
    HeadWatch watch = watch(80);
    HeadValues allStuck = heads(2.32, 2.29, 2.303);

    watch.after(round(1, AUX1_STUCK, SOUND, FEW));
    watch.after(round(2, allStuck, SOUND, FEW));
    assertThat(watch.after(round(3, allStuck, SOUND, FEW)))
        .singleElement()
        .asString()
        .startsWith("head aux1: ");
    assertThat(watch.after(round(4, allStuck, SOUND, FEW)))
        .extracting(line -> line.substring(0, 9))
        .containsExactly("head main", "head aux2");
  }

  @Test
  void aHeadThatHadLeftIsSpokenOfAgain() throws IOException {
    HeadWatch watch = watch(80);
    assertThat(thirdOf(watch, AUX1_STUCK, SOUND, FEW)).hasSize(1);
    assertThat(watch.after(round(4, LEARNT, SOUND, FEW))).isEmpty();
    assertThat(watch.after(round(5, AUX1_STUCK, SOUND, FEW))).isEmpty();
    assertThat(watch.after(round(6, AUX1_STUCK, SOUND, FEW))).isEmpty();
    assertThat(watch.after(round(7, AUX1_STUCK, SOUND, FEW))).hasSize(1);
  }

  @Test
  void aThousandClassesMayTakeTenThousandSteps() throws IOException {
    HeadWatch watch = watch(1_000_000, "model.classes=1000");
    HeadValues asAtFirst = heads(6.90, 6.91, 6.92);
    for (int i = 1; i <= 1000; i++) {
      assertThat(watch.after(round(i, asAtFirst, SOUND, FEW))).isEmpty();
    }
    // Ten steps a round; the first round's are not counted, as nobody told when it began.
    assertThat(watch.after(round(1001, asAtFirst, SOUND, FEW))).hasSize(3);
  }

  @Test
  void aShortTrainingHasAQuarterOfItsStepsForPatience() throws IOException {
    HeadWatch watch = watch(196);
    for (int i = 1; i <= 5; i++) {
      assertThat(watch.after(round(i, AUX1_STUCK, SOUND, FEW))).isEmpty();
    }
    assertThat(watch.after(round(6, AUX1_STUCK, SOUND, FEW))).hasSize(1);
  }

  @Test
  void theWarmUpDoesNotCount() throws IOException {
    HeadWatch watch = watch(100, "learningRate.warmUp=40");
    for (int i = 1; i <= 6; i++) {
      assertThat(watch.after(round(i, AUX1_STUCK, SOUND, FEW))).isEmpty();
    }
    assertThat(watch.after(round(7, AUX1_STUCK, SOUND, FEW))).hasSize(1);
  }

  @Test
  void lossesThatNobodyTellsAreNotStuck() throws IOException {
    assertThat(thirdOf(watch(80), heads(), heads(), heads())).isEmpty();
  }

  @Test
  void headsAreWatchedByTheNamesAndWeightsThatTheNetworkGivesThem() throws IOException {
    List<Head> five =
        IntStream.range(0, 5)
            .mapToObj(i -> new Head("out" + i, i / 10.0, List.of("out" + i), List.of()))
            .toList();
    HeadWatch watch = new HeadWatch(recipe(), five, 80);
    HeadValues loss = HeadValues.of(Head.names(five), 1, 1, 1, 2.301, 1);
    HeadValues none = HeadValues.of(Head.names(five), 1, 1, 1, 0, 1);

    assertThat(thirdOf(watch, loss, none, HeadValues.of(Head.names(five))))
        .singleElement()
        .asString()
        .startsWith("head out3: ")
        .endsWith("loss.out3 is 0.3");
  }

  private static List<String> thirdOf(
      HeadWatch watch, HeadValues loss, HeadValues gradientNorm, HeadValues dead) {
    watch.after(round(1, loss, gradientNorm, dead));
    watch.after(round(2, loss, gradientNorm, dead));
    return watch.after(round(3, loss, gradientNorm, dead));
  }

  /** Of ten steps. */
  private static RoundFinished round(
      int round, HeadValues loss, HeadValues gradientNorm, HeadValues dead) {
    return new RoundFinished(
        round,
        1000,
        10L * round,
        1,
        320L * round,
        0,
        0,
        loss,
        gradientNorm,
        dead,
        0.1,
        50,
        0,
        0,
        Duration.ZERO);
  }

  private static HeadWatch watch(long steps, String... overrides) throws IOException {
    Recipe recipe = recipe(overrides);
    LearningRateSchedule any = new LearningRateSchedule.Constant(0.1, 0);
    return new HeadWatch(recipe, Head.of(RecipeNetwork.of(recipe, any)), steps);
  }

  private static Recipe recipe(String... overrides) throws IOException {
    Path file = Path.of("conf/recipes/sample.yaml");
    return RecipeLoader.load(Files.readString(file), file.toString(), List.of(overrides));
  }
}
