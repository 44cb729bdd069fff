package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.model.LayerTraining;
import org.googlenet.model.Parts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys that say which layers are trained when, and how fast. */
class FineTuningTest {

  private static FineTuning fineTuning(String yaml) {
    return load(SMALLEST + yaml).fineTuning();
  }

  @Test
  void withoutTheKeysAllLayersAreTrainedAlike() {
    assertThat(load(SMALLEST).fineTuning()).isEqualTo(FineTuning.NONE);
    assertThat(FineTuning.NONE.in(0)).isEqualTo(LayerTraining.ALIKE);
    assertThat(FineTuning.NONE.atLast()).isEqualTo(LayerTraining.ALIKE);
  }

  @Test
  void layersAreUnfrozenAtTheBeginningOfAnEpochAndStayTrained() {
    FineTuning tuning =
        fineTuning(
            """
            freeze: [stem..5b, aux1]
            unfreeze: {2: [5b, aux1], 4: [4a..5a, 3b.1x1]}
            """);
    Set<String> all = new HashSet<>(Parts.layers(List.of("stem..5b", "aux1")));

    assertThat(tuning.in(0).frozen()).isEqualTo(all);
    all.removeAll(Parts.layers(List.of("5b", "aux1")));
    assertThat(tuning.in(1).frozen()).isEqualTo(all);
    assertThat(tuning.in(2).frozen()).isEqualTo(all);
    all.removeAll(Parts.layers(List.of("4a..5a", "3b.1x1")));
    assertThat(tuning.in(3).frozen()).isEqualTo(all).contains("3b.3x3", "conv1");
    assertThat(tuning.in(999)).isEqualTo(tuning.in(3)).isEqualTo(tuning.atLast());
  }

  @Test
  void aSingleLayersRateCountsBeforeItsPartsAndAPartsBeforeARuns() {
    Map<String, Double> rates =
        fineTuning("learningRate: {layers: {5a.1x1: 4, stem..5a: 0.1, 5a: 2, main: 10}}")
            .in(0)
            .rates();
    assertThat(rates)
        .containsEntry("conv1", 0.1)
        .containsEntry("4e.1x1", 0.1)
        .containsEntry("5a.3x3", 2.0)
        .containsEntry("5a.1x1", 4.0)
        .containsEntry("main", 10.0)
        .doesNotContainKeys("5b.1x1", "aux1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freeze: [stem..5b, main, aux1, aux2] | freeze: [stem..5b, main, aux1, aux2]: leaves nothing to train; leave out what is to learn, such as main",
        "freeze: stm | freeze: stm: must be one of stem, 3a, ",
        "start: {from: m, replace: [5b, stm]} | start.replace: stm: must be one of stem, 3a, ",
        "start: {from: m, replace: conv1.bn} | start.replace: conv1.bn: must be one of stem, 3a, ",
        "freeze: [3z] | freeze: 3z: must be one of stem, 3a, ",
        "freeze: [5b..3a] | freeze: 5b..3a: must be one of stem, 3a, ",
        "freeze: [[stem]] | freeze: [stem]: must be one of stem, 3a, ",
        "unfreeze: [5b] | unfreeze: [5b]: must be an object by epoch, from 2 on",
        "unfreeze: {1: [5b]} | unfreeze: 1: must be 2..1000000",
        "unfreeze: {x: [5b]} | unfreeze: x: must be a whole number, 2..1000000",
        "unfreeze: {2: [5b]} | unfreeze: 5b: is not frozen before epoch 2; leave it out",
        "learningRate: {layers: {main: 0}} | learningRate.layers: 0: must be more than 0, up to 1000",
        "learningRate: {layers: {mian: 2}} | learningRate.layers: mian: must be one of stem, ",
        "learningRate: {layers: [main]} | learningRate.layers: [main]: must be an object by layers or parts",
        "learningRate: {layers: {stem..3b: 2, 3b..4a: 3}} | learningRate.layers: stem..3b: overlaps another run; give them apart"
      })
  void whatHasNoMeaningIsRefusedInOneLine(String yaml, String problem) {
    assertThat(problems(SMALLEST + yaml)).hasSize(1).allMatch(line -> line.startsWith(problem));
  }

  @Test
  void whatIsUnfrozenTwiceOrHasARateButNeverTrainsIsRefused() {
    assertThat(problems(SMALLEST + "freeze: [3a]\nunfreeze: {2: [3a], 3: [3a.1x1]}"))
        .containsExactly("unfreeze: 3a.1x1: is not frozen before epoch 3; leave it out");
    assertThat(problems(SMALLEST + "freeze: [3a]\nunfreeze: {10: [3a.1x1], 1_0: [3a.3x3]}"))
        .containsExactly("unfreeze: 1_0: is given twice; keep one of them");
    assertThat(problems(SMALLEST + "freeze: [stem]", "learningRate={layers: {stem: 0.1}}"))
        .containsExactly(
            "learningRate.layers: stem: is frozen throughout; leave it out, or unfreeze it");
    assertThat(
            load(
                    SMALLEST + "freeze: [stem]\nunfreeze: {3: [conv3]}",
                    "learningRate={layers: {stem: 0.1}}")
                .fineTuning()
                .rates())
        .hasSize(1);
  }

  @Test
  void ofANameThatIsTooSmallARateFreezeIsTheRemedy() {
    assertThat(problems(SMALLEST + "learningRate: {layers: {main: 0}}").get(0))
        .endsWith("freeze what is to stay as it is");
  }

  @Test
  void allKeysKnowTheSameNamesAndASingleOneIsAListOfOne() {
    for (String name : List.of("stem..4e", "aux1", "auxiliary", "classifiers", "3a.pool.project")) {
      Recipe recipe =
          load(
              SMALLEST,
              "freeze=" + name,
              "unfreeze={2: " + name + "}",
              "learningRate.layers={" + name + ": 2}",
              "start={from: m, replace: " + name + "}");
      assertThat(recipe.fineTuning().freeze()).containsExactly(name);
      assertThat(recipe.fineTuning().unfreeze()).isEqualTo(Map.of(2, List.of(name)));
      assertThat(recipe.start().replace()).containsExactly(name);
    }
    assertThat(problems(SMALLEST, "learningRate.layers={auxiliary: 2, classifiers: 3}"))
        .containsExactly("learningRate.layers: classifiers: overlaps another run; give them apart");
  }

  @Test
  void theBaselineRefusesAll() {
    assertThat(
            problems(
                SMALLEST
                    + "freeze: [stem]\nlearningRate: {layers: {main: 2}}\naveraging: {master: dl4j}"))
        .containsExactly(
            "freeze: [stem]: averaging.master dl4j cannot do this; use averaging.master own, or []",
            "learningRate.layers: {main=2.0}: averaging.master dl4j cannot do this; use averaging.master own, or {}");
  }

  @Test
  void theBaselineRefusesBatchNormalisationAndNoOtherVariant() {
    assertThat(problems(SMALLEST, "model.variant=batchnorm", "averaging.master=dl4j"))
        .containsExactly(
            "model.variant: batchnorm: averaging.master dl4j cannot do this; use averaging.master own, or a variant without batch normalisation");
    assertThat(load(SMALLEST, "model.variant=lrn", "averaging.master=dl4j")).isNotNull();
  }

  @Test
  void settingsTakeTheWholeOfThem() {
    Recipe recipe =
        load(SMALLEST + "freeze: [stem]", "freeze=[stem..4e]", "unfreeze={2: [4e], 11: [4d]}");
    assertThat(recipe.fineTuning().freeze()).containsExactly("stem..4e");
    assertThat(recipe.fineTuning().unfreeze().keySet()).containsExactly(2, 11);
    assertThat(RecipeLoader.identity(recipe))
        .containsEntry("freeze", "[stem..4e]")
        .containsEntry("unfreeze", "{2=[4e], 11=[4d]}")
        .containsEntry("learningRate.layers", "{}");
  }

  /** Against another way to say it: layer by layer, epoch by epoch. */
  @Tag("slow")
  @Test
  void forRandomNamesALayerIsFrozenFromItsNamingUntilItIsUnfrozen() {
    List<String> names =
        List.of(
            "stem",
            "3a",
            "4c",
            "5b",
            "aux1",
            "main",
            "conv2",
            "3a.3x3",
            "aux2.fc1",
            "4a..4d",
            "stem..3b",
            "5a..5b");
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<String> freeze = names.stream().filter(name -> random.nextInt(3) == 0).toList();
      SortedMap<Integer, List<String>> unfreeze = new TreeMap<>();
      for (String name : names) {
        if (random.nextInt(4) == 0) {
          unfreeze.merge(
              2 + random.nextInt(4),
              List.of(name),
              (one, other) -> List.of(one.get(0), other.get(0)));
        }
      }
      FineTuning tuning = new FineTuning(freeze, unfreeze, new TreeMap<>());
      for (int epoch = 1; epoch <= 6; epoch++) {
        int now = epoch;
        for (String layer : Parts.layers()) {
          boolean named = freeze.stream().anyMatch(name -> Parts.layers(name).contains(layer));
          boolean over =
              unfreeze.entrySet().stream()
                  .filter(entry -> entry.getKey() <= now)
                  .flatMap(entry -> entry.getValue().stream())
                  .anyMatch(name -> Parts.layers(name).contains(layer));
          assertThat(tuning.in(epoch - 1).frozen().contains(layer))
              .as("seed %d, epoch %d, %s", seed, epoch, layer)
              .isEqualTo(named && !over);
        }
      }
    }
  }
}
