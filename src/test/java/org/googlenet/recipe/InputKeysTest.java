package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Interpolation;
import org.googlenet.data.image.Normalisation;
import org.googlenet.data.image.Preset;
import org.googlenet.data.image.Resize;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.StateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputKeysTest {

  private static Recipe with(Preset preset) {
    return load(SMALLEST, "input=" + preset.name().toLowerCase(Locale.ROOT));
  }

  private static Decoding decoding(SortedMap<String, String> identity) {
    return RecipeNetwork.decoding(
        StateFile.of(
            new StateFile.Counters(0, 0, 0, 0, 0),
            identity,
            new StateFile.Data("", List.of(), "none"),
            Optional.empty(),
            new StateFile.Arithmetic(null, null, null, null)));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void aPresetIsShortForItsValues(Preset preset) {
    assertThat(with(preset).input()).isEqualTo(preset.decoding());
  }

  @Test
  void withoutAPresetItIsPlain() {
    assertThat(load(SMALLEST).input()).isEqualTo(Preset.PLAIN.decoding());
    assertThat(Preset.PLAIN.decoding()).isEqualTo(Decoding.of(Augmentation.Kind.NONE));
  }

  @Test
  void aKeyWinsOverThePreset() {
    Decoding input =
        load(
                SMALLEST,
                "input={preset: caffe, resize: 300, channels: rgb, mean: [1, 2, 3.5],"
                    + " augmentation: inception}")
            .input();

    assertThat(input.augmentation().kind()).isEqualTo(Augmentation.Kind.INCEPTION);
    assertThat(input.resize()).isEqualTo(new Resize(300, Resize.AspectRatio.IGNORE));
    assertThat(input.interpolation()).isEqualTo(Interpolation.LINEAR);
    assertThat(input.normalisation())
        .isEqualTo(
            new Normalisation(
                Normalisation.Channels.RGB, List.of(1.0, 2.0, 3.5), List.of(1.0, 1.0, 1.0)));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void theEffectiveRecipeHasTheValuesInPlaceOfThePreset(Preset preset) {
    String yaml = RecipeLoader.toYaml(with(preset));

    assertThat(yaml).contains("interpolation: ").doesNotContain("preset");
    assertThat(load(yaml).input()).isEqualTo(preset.decoding());
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void aPresetThatChangesNothingOfAStoredRecipeIsRefused(Preset preset) {
    String stored = RecipeLoader.toYaml(with(preset));

    assertThat(problems(stored, "input.preset=caffe"))
        .containsExactly(
            "input.preset: caffe: all that it says is given too; leave it out, or set the whole"
                + " section, as in input=caffe");
    assertThat(load(stored, "input=caffe").input()).isEqualTo(Preset.CAFFE.decoding());
  }

  @Test
  void theWholeImageIsNeverSmallerThanTheInput() {
    assertThat(problems(SMALLEST, "input.resize=223"))
        .containsExactly("input.resize: 223: must be 224..4096");
    assertThat(load(SMALLEST, "model.side=65", "input.resize=65").input().resize().to())
        .isEqualTo(65);
  }

  @Test
  void aMeanAndDeviationOfValuesUpTo1AreRefusedByTheDeviation() {
    assertThat(
            problems(
                SMALLEST, "input={mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225]}"))
        .containsExactly("input.deviation: 0.229: must be 1..256");
    assertThat(problems(SMALLEST, "input.mean=[1, 2]"))
        .containsExactly("input.mean: [1, 2]: must be a list of 3 numbers, each 0..255");
  }

  @Test
  void aRatioWithoutAResizeIsRefused() {
    assertThat(problems(SMALLEST, "input.aspectRatio=ignore"))
        .containsExactly("input.aspectRatio: ignore: not used by input.resize none; leave it out");
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void aPresetsIdentityIsThatOfItsRecipe(Preset preset) {
    SortedMap<String, String> ofRecipe = RecipeLoader.identity(with(preset));
    ofRecipe.keySet().removeIf(path -> !path.startsWith("input."));

    assertThat(RecipeNetwork.inputIdentity(preset)).isEqualTo(ofRecipe).hasSizeBetween(8, 9);
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void aModelDecodesAsItsStateSays(Preset preset) {
    assertThat(decoding(RecipeNetwork.inputIdentity(preset))).isEqualTo(preset.decoding());
    assertThat(decoding(RecipeLoader.identity(with(preset)))).isEqualTo(preset.decoding());
  }

  @Test
  void aRunOfBeforeGoesOnWithThePlainInput() {
    SortedMap<String, String> before = RecipeLoader.identity(load(SMALLEST));
    before
        .keySet()
        .removeIf(path -> path.startsWith("input.") && !path.equals("input.augmentation"));

    assertThat(RecipeLoader.completed(before, warning -> {}))
        .isEqualTo(RecipeLoader.identity(load(SMALLEST)));
  }

  @Test
  void aStateOfANewerVersionIsRefusedByTheKeyThatIsNotKnown() {
    SortedMap<String, String> identity = new TreeMap<>(RecipeNetwork.inputIdentity(Preset.PLAIN));
    identity.put("input.interpolation", "bicubic");

    assertThatThrownBy(() -> decoding(identity))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessage(
            "state.json: input.interpolation: bicubic: must be one of area, bilinear, linear; use"
                + " the program that wrote it");
  }
}
