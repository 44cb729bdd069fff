package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.googlenet.recipe.Recipe.OuterKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes and runs of older versions, read by a declaration in which keys came, moved and went. */
class OldKeysTest {

  private static final String SMALLEST =
      """
      data: {train: a, validation: b}
      training: {epochs: 3}
      """;

  /** Not the default: a new recipe trains otherwise than an old one. */
  private static final Key<Integer> STALE =
      Key.of("averaging.stale", new ValueType.Int(0, 10))
          .means("came later")
          .orElse(3)
          .since("0.2.0", 0)
          .from(recipe -> 3);

  private static final Key<Double> DAMPING =
      Key.of("averaging.outer.damping", new ValueType.Real(Interval.closed(0, 1)))
          .means("came later, for one kind only")
          .orElse(0.5)
          .used(Condition.with(AveragingKeys.OUTER_KIND, OuterKind.SLOWMO))
          .since("0.2.0", 1.0)
          .from(recipe -> 0.5);

  private static final Key<Integer> SLICES =
      Key.of("averaging.slices", new ValueType.Int(1, 9))
          .means("came later, and decides the bits with one kind only")
          .orElse(2)
          .identity(Condition.with(AveragingKeys.OUTER_KIND, OuterKind.BMUF))
          .since("0.2.0", 1)
          .from(recipe -> 2);

  private static final Key<Integer> EXAMPLES =
      Key.of("training.step.examples", new ValueType.Int(1, 4096))
          .means("was training.batch")
          .orElse(32)
          .formerly("training.batch")
          .from(recipe -> recipe.training().batch());

  private static final Key<String> PLACE =
      Key.of("place", ValueType.Text.location("path or URI"))
          .means("was in a section that is gone")
          .orElse("here")
          .free()
          .formerly("location.folder")
          .from(recipe -> "here");

  private static final Dropped<Double> CLIP_NORM =
      new Dropped<>("optimizer.clipNorm", new ValueType.Real(Interval.closed(0, 9)), 5.0, "0.2.0");

  private static final Keys LATER = later();

  private final List<String> warnings = new ArrayList<>();

  private static Keys later() {
    List<Key<?>> keys = new ArrayList<>(RecipeKeys.ALL.all());
    keys.removeAll(List.of(TrainingKeys.BATCH, TrainingKeys.CLIP_NORM));
    keys.addAll(List.of(STALE, DAMPING, SLICES, EXAMPLES, PLACE));
    return new Keys(keys, RecipeKeys.ALL.shorthands(), List.of(CLIP_NORM));
  }

  private Values load(String yaml, String... overrides) {
    return RecipeLoader.values(LATER, yaml, "x.yaml", List.of(overrides), warnings::add);
  }

  private List<String> problems(String yaml, String... overrides) {
    RecipeProblem problem = catchThrowableOfType(RecipeProblem.class, () -> load(yaml, overrides));
    assertThat(problem).isNotNull();
    return problem.problems();
  }

  /** What keeps the later version's recipe from going on with a run of this version. */
  private List<String> differences(String... overrides) {
    Recipe recipe = RecipeLoader.load(SMALLEST, "x.yaml", List.of(overrides));
    Identity later = new Identity(LATER);
    return Identity.differences(
        later.completed(RecipeLoader.identity(recipe), warnings::add), later.of(recipe));
  }

  private SortedMap<String, String> completed(Map<String, String> stored) {
    return new Identity(LATER).completed(new TreeMap<>(stored), warnings::add);
  }

  @Test
  void aRunFromBeforeAKeyHasTheValueThatMeansWhatWasDoneThen() {
    assertThat(completed(Map.of("training.seed", "1")))
        .containsEntry("averaging.stale", "0")
        .containsEntry("training.seed", "1");
    assertThat(differences()).containsExactly("averaging.stale: the run has 0, the recipe has 3");
  }

  @Test
  void aRunFromAfterItKeepsItsOwn() {
    assertThat(completed(Map.of("averaging.stale", "7"))).containsEntry("averaging.stale", "7");
  }

  @Test
  void aKeyOfOneKindIsMissedByRunsOfThatKindAlone() {
    assertThat(completed(Map.of("averaging.outer.kind", "average")))
        .doesNotContainKey("averaging.outer.damping");
    assertThat(completed(Map.of("averaging.outer.kind", "slowmo")))
        .containsEntry("averaging.outer.damping", "1.0");
    assertThat(differences("averaging.outer=slowmo"))
        .contains("averaging.outer.damping: the run has 1.0, the recipe has 0.5");
  }

  @Test
  void aKeyThatDecidesBitsWithOneKindIsMissedByRunsOfThatKindAlone() {
    assertThat(completed(Map.of("averaging.outer.kind", "slowmo")))
        .doesNotContainKey("averaging.slices");
    assertThat(completed(Map.of("averaging.outer.kind", "bmuf")))
        .containsEntry("averaging.slices", "1");
  }

  @Test
  void aFreeKeyIsMissedByNoRun() {
    assertThat(completed(Map.of())).doesNotContainKey("place");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"training.batch=8", "training={batch: 8, epochs: 2}", "training.step.examples=8"})
  void anOldNameIsUnderstoodInASetting(String override) {
    assertThat(load(SMALLEST, override).get(EXAMPLES)).isEqualTo(8);
    String warning = "training.batch: is called training.step.examples now; change the name";
    assertThat(warnings)
        .isEqualTo(
            override.startsWith("training.step")
                ? List.of()
                : List.of(override.contains("{") ? warning : "--set " + warning));
  }

  @Test
  void anOldNameIsUnderstoodInARecipe() {
    assertThat(load("data: {train: a, validation: b}\ntraining: {epochs: 1, batch: 8}\n"))
        .extracting(values -> values.get(EXAMPLES))
        .isEqualTo(8);
    assertThat(warnings)
        .containsExactly("training.batch: is called training.step.examples now; change the name");
  }

  @Test
  void aSectionOfOldNamesAloneIsUnderstood() {
    assertThat(load(SMALLEST + "location: {folder: there}").get(PLACE)).isEqualTo("there");
    assertThat(problems(SMALLEST + "location: {folder: there, other: 1}"))
        .singleElement()
        .asString()
        .startsWith("location: unknown key");
  }

  @Test
  void aSettingByAnOldNameTakesThePlaceOfTheRecipesValue() {
    String written = SMALLEST + "place: here\n";

    assertThat(load(written, "location.folder=there").get(PLACE)).isEqualTo("there");
  }

  @Test
  void bothNamesAtOnceAreRefused() {
    assertThat(problems(SMALLEST + "place: here\nlocation: {folder: there}\n"))
        .containsExactly(
            "location.folder: there: is called place now, which is given too; keep that one");
  }

  @Test
  void anOldNamesValueIsCheckedUnderTheNewOne() {
    assertThat(problems(SMALLEST, "training.batch=0"))
        .containsExactly("training.step.examples: 0: must be 1..4096");
  }

  @Test
  void aRunsOldNameIsTheSameKey() {
    assertThat(completed(Map.of("training.batch", "32")))
        .containsEntry("training.step.examples", "32")
        .doesNotContainKey("training.batch");
    assertThat(warnings)
        .containsExactly("training.batch: is called training.step.examples now; change the name");
    assertThat(differences("training.batch=16")).noneMatch(line -> line.contains("16"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"optimizer.clipNorm=5", "optimizer={clipNorm: 5.0}"})
  void aDroppedKeyIsLeftOutWhereItHasTheValueThatIsDoneNow(String override) {
    load(SMALLEST, override);

    assertThat(warnings)
        .containsExactly("optimizer.clipNorm: is no key since version 0.2.0; leave it out");
  }

  @Test
  void aDroppedKeyIsRefusedWhereItHasAnotherValue() {
    assertThat(problems(SMALLEST, "optimizer.clipNorm=1"))
        .containsExactly(
            "optimizer.clipNorm: 1: is no key since version 0.2.0, which does what 5.0 did");
  }

  @Test
  void aRunGoesOnWithoutADroppedKeyOnlyIfItHadTheValueThatIsDoneNow() {
    assertThat(completed(Map.of("optimizer.clipNorm", "5.0")))
        .doesNotContainKey("optimizer.clipNorm");
    assertThat(warnings)
        .containsExactly("optimizer.clipNorm: is no key since version 0.2.0; leave it out");
    assertThat(differences("optimizer.clipNorm=1"))
        .contains("optimizer.clipNorm: the run has 1.0, the recipe has none");
  }

  @Test
  void aPathIsDeclaredOnce() {
    assertThatThrownBy(() -> new Keys(List.of(PLACE, STALE, PLACE), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("place: is declared twice");
  }

  @Test
  void aRunOfThisVersionNeedsNoCompletion() {
    RandomRecipes recipes = new RandomRecipes(3);
    for (int i = 0; i < 200; i++) {
      SortedMap<String, String> identity = RecipeLoader.identity(recipes.next());
      assertThat(RecipeLoader.completed(identity, warnings::add)).isEqualTo(identity);
    }
    assertThat(warnings).isEmpty();
  }

  /** A key that is not among them came later, and says since when and what was done before. */
  @Test
  void theFirstVersionHadTheseKeys() {
    Set<String> first = new TreeSet<>();
    for (Key<?> key : RecipeKeys.ALL.all()) {
      if (key.since().equals(Key.FIRST_VERSION)) {
        first.add(key.formerly().isEmpty() ? key.path() : key.formerly().get(0));
      }
    }
    RecipeKeys.ALL.dropped().forEach(key -> first.add(key.path()));

    assertThat(first)
        .containsExactly(
            ("averaging.compression averaging.localSteps.every averaging.localSteps.factor"
                    + " averaging.localSteps.most averaging.localSteps.schedule"
                    + " averaging.localSteps.value averaging.localSteps.warmUp averaging.master"
                    + " averaging.outer.kind averaging.outer.momentum averaging.outer.rate"
                    + " averaging.quorum averaging.threads averaging.workers checkpoint.every"
                    + " checkpoint.keepBest checkpoint.keepEvery checkpoint.keepLast"
                    + " checkpoint.lease data.cache.folder data.cache.size data.train"
                    + " data.validation divergence.action divergence.rate divergence.times"
                    + " evaluation.every input.augmentation learningRate.base learningRate.every"
                    + " learningRate.factor learningRate.floor learningRate.power"
                    + " learningRate.schedule learningRate.warmUp loss.aux1 loss.aux2 loss.main"
                    + " model.bias model.classes model.dropout model.initialisation model.side"
                    + " models optimizer.clipNorm optimizer.momentum optimizer.weightDecay output"
                    + " run training.batch training.convolution training.engine training.epochs"
                    + " training.precision training.rounds training.seed")
                .split(" "));
  }
}
