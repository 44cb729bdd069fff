package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/** The recipe keys of fine-tuning: which layers are trained when, and how fast. */
final class FineTuningKeys {

  private static final String VERSION = "0.2.0";
  private static final ValueType<List<String>> NAMES = new LayerNames();

  static final Key<List<String>> FREEZE =
      Key.of("freeze", NAMES)
          .means(
              "[layers that stay as they are](fine-tuning.md#freezing), to the last bit, with the"
                  + " statistics of their batch normalisations")
          .orElse(List.of())
          .since(VERSION, List.of())
          .from(recipe -> recipe.fineTuning().freeze());

  static final Key<SortedMap<Integer, List<String>>> UNFREEZE =
      Key.of(
              "unfreeze",
              new ValueType.Table<>("epoch, from 2 on", new ValueType.Int(2, 1_000_000), NAMES))
          .means(
              "frozen layers that are trained from the beginning of an epoch on, by its number:"
                  + " `{2: [5b], 4: [5a, 4e]}`; the first epoch is 1")
          .orElse(Collections.emptySortedMap())
          .since(VERSION, Collections.emptySortedMap())
          .from(recipe -> recipe.fineTuning().unfreeze());

  static final Key<SortedMap<String, Double>> RATES =
      Key.of(
              "learningRate.layers",
              new ValueType.Table<>("layers or parts", new LayerName(), new Factor()))
          .means(
              "[what the rate of some layers is multiplied by](fine-tuning.md#learning-rates-by-layer),"
                  + " by their names: `{stem: 0.1, main: 10}`; what is to stay is named in `freeze`")
          .orElse(Collections.emptySortedMap())
          .since(VERSION, Collections.emptySortedMap())
          .from(recipe -> recipe.fineTuning().rates());

  static final List<Key<?>> ALL = List.of(RATES, FREEZE, UNFREEZE);

  private FineTuningKeys() {}

  /** What a rate is multiplied by; a layer that is not to learn is frozen instead. */
  private record Factor() implements ValueType<Double> {

    private static final ValueType<Double> NUMBER = new Real(above(0, 1000));

    @Override
    public Double read(Node node) throws Refused {
      try {
        return NUMBER.read(node);
      } catch (Refused e) {
        throw new Refused(e.shown(), e.allowed() + "; freeze what is to stay as it is");
      }
    }

    @Override
    public Object write(Double value) {
      return NUMBER.write(value);
    }

    @Override
    public String allowed() {
      return NUMBER.allowed();
    }
  }

  static FineTuning fineTuning(Values values) {
    return new FineTuning(values.get(FREEZE), values.get(UNFREEZE), values.get(RATES));
  }
}
