package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;
import static org.googlenet.recipe.Interval.below;
import static org.googlenet.recipe.Interval.closed;

import java.util.List;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.Variant;
import org.googlenet.recipe.Recipe.Dropout;
import org.googlenet.recipe.Recipe.Input;
import org.googlenet.recipe.Recipe.Model;

/** The recipe keys of the network, its loss and its input. */
final class ModelKeys {

  static final Key<Variant> VARIANT =
      Key.of("model.variant", new ValueType.Choice<>(Variant.class))
          .means(
              "[which GoogLeNet](models.md#variants): without normalisation; as BVLC's, with local"
                  + " response normalisation; as torchvision's, with batch normalisation")
          .orElse(Variant.PLAIN)
          .since("0.2.0", Variant.PLAIN)
          .from(recipe -> recipe.model().variant());

  static final Key<Integer> CLASSES =
      Key.of("model.classes", new ValueType.Int(2, 100_000))
          .means("number of classes, as in the data set")
          .orElse(1000)
          .from(recipe -> recipe.model().classes());

  static final Key<Integer> SIDE =
      Key.of("model.side", new ValueType.Int(65, 1024))
          .means("height and width of the input, pixels")
          .orElse(224)
          .from(recipe -> recipe.model().side());

  static final Key<Initialisation> INITIALISATION =
      Key.of("model.initialisation", new ValueType.Choice<>(Initialisation.class))
          .means("how weights start: He et al. 2015, or Glorot and Bengio 2010")
          .orElse(Initialisation.HE)
          .from(recipe -> recipe.model().initialisation());

  static final Key<Double> BIAS =
      Key.of("model.bias", new ValueType.Real(closed(-1, 1)))
          .means("the value that biases start with")
          .orElse(0.0)
          .from(recipe -> recipe.model().bias());

  static final Key<List<Double>> DROPOUT =
      Key.of("model.dropout", new ValueType.Pair(below(0, 1)))
          .means("probability to drop a unit before the main and before each auxiliary classifier")
          .orElse(usualDropout(Variant.PLAIN))
          .orElse(usualDropout(Variant.BATCHNORM), Condition.with(VARIANT, Variant.BATCHNORM))
          .from(recipe -> List.of(recipe.model().dropout().main(), recipe.model().dropout().aux()));

  static final Key<Double> LOSS_MAIN =
      Key.of("loss.main", new ValueType.Real(above(0, 100)))
          .means("weight of the main head's loss")
          .orElse(1.0)
          .from(recipe -> recipe.loss().main());

  static final Key<Double> LOSS_AUX1 =
      Key.of("loss.aux1", new ValueType.Real(closed(0, 100)))
          .means("weight of the loss of the head after 4a")
          .orElse(0.3)
          .from(recipe -> recipe.loss().aux1());

  static final Key<Double> LOSS_AUX2 =
      Key.of("loss.aux2", new ValueType.Real(closed(0, 100)))
          .means("weight of the loss of the head after 4d")
          .orElse(0.3)
          .from(recipe -> recipe.loss().aux2());

  static final Key<Augmentation.Kind> AUGMENTATION =
      Key.of("input.augmentation", new ValueType.Choice<>(Augmentation.Kind.class))
          .means(
              "what happens to training images: nothing; crop and mirror as BVLC's; area, aspect"
                  + " ratio and mirror as Szegedy et al. 2014")
          .orElse(Augmentation.Kind.NONE)
          .from(recipe -> recipe.input().augmentation());

  static final Key<Alpha> ALPHA =
      Key.of("input.alpha", new ValueType.Choice<>(Alpha.class))
          .means(
              "what becomes of [transparency](images.md#transparency): nothing, so that the colour"
                  + " beneath shows; or the image is laid on white or black")
          .orElse(Alpha.IGNORE)
          .since("0.2.0", Alpha.IGNORE)
          .from(recipe -> recipe.input().alpha());

  static final Key<Integer> MAX_MEGAPIXELS =
      Key.of("input.maxMegapixels", new ValueType.Int(1, 1000))
          .means(
              "the largest image that is decoded, in millions of pixels; a"
                  + " [larger JPEG](images.md#size) is decoded at a half, a quarter or an eighth")
          .orElse(Decoding.MAX_MEGAPIXELS)
          .since("0.2.0", Decoding.MAX_MEGAPIXELS)
          .from(recipe -> recipe.input().maxMegapixels());

  static final List<Key<?>> ALL =
      List.of(
          VARIANT,
          CLASSES,
          SIDE,
          INITIALISATION,
          BIAS,
          DROPOUT,
          LOSS_MAIN,
          LOSS_AUX1,
          LOSS_AUX2,
          AUGMENTATION,
          ALPHA,
          MAX_MEGAPIXELS);

  private ModelKeys() {}

  private static List<Double> usualDropout(Variant variant) {
    return List.of(variant.dropoutMain(), variant.dropoutAux());
  }

  static Model model(Values values) {
    List<Double> dropout = values.get(DROPOUT);
    return new Model(
        values.get(VARIANT),
        values.get(CLASSES),
        values.get(SIDE),
        values.get(INITIALISATION),
        values.get(BIAS),
        new Dropout(dropout.get(0), dropout.get(1)));
  }

  static LossWeights loss(Values values) {
    return new LossWeights(values.get(LOSS_MAIN), values.get(LOSS_AUX1), values.get(LOSS_AUX2));
  }

  static Input input(Values values) {
    return new Input(values.get(AUGMENTATION), values.get(ALPHA), values.get(MAX_MEGAPIXELS));
  }
}
