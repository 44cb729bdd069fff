package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.StateFile;
import org.junit.jupiter.api.Test;

/** A model is evaluated on images that are decoded as its training's were. */
class DecodingOfAModelTest {

  private static Decoding decoding(SortedMap<String, String> identity, String augmentation) {
    return RecipeNetwork.decoding(
        StateFile.of(
            new StateFile.Counters(0, 0, 0, 0, 0),
            identity,
            new StateFile.Data("", List.of(), augmentation),
            Optional.empty(),
            new StateFile.Arithmetic(null, null, null, null)));
  }

  @Test
  void itIsWhatTheRecipeSaid() {
    Recipe recipe =
        SmallRecipe.load(
            SmallRecipe.SMALLEST,
            "input.augmentation=caffe",
            "input.alpha=white",
            "input.maxMegapixels=7");

    Decoding decoding = decoding(RecipeLoader.identity(recipe), "caffe");

    assertThat(decoding).isEqualTo(recipe.input());
    assertThat(decoding)
        .isEqualTo(new Decoding(new Augmentation(Augmentation.Kind.CAFFE), Alpha.WHITE, 7));
  }

  @Test
  void aWholeImageIsNotMadeSmallerThanTheNetworksInput() {
    SortedMap<String, String> identity =
        RecipeLoader.identity(
            SmallRecipe.load(SmallRecipe.SMALLEST, "model.side=128", "input.resize=140"));
    assertThat(decoding(identity, "none").resize().to()).isEqualTo(140);

    identity.put("model.side", "224");
    assertThatThrownBy(() -> decoding(identity, "none"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("input.resize: 140: must be 224..4096");
  }

  @Test
  void aModelOfAnOlderVersionIsDecodedAsItWasThen() {
    assertThat(decoding(new TreeMap<>(), "none")).isEqualTo(Decoding.of(Augmentation.Kind.NONE));
  }
}
