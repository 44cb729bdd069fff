package org.googlenet.recipe;

import java.util.List;
import org.googlenet.recipe.Recipe.Start;

/** The recipe keys of the weights that a run begins with. */
final class StartKeys {

  /** A run compares the name with what it has recorded of its beginning. */
  static final Key<String> FROM =
      Key.of(
              "start.from",
              new ValueType.WordOr<>("none", Start.NONE, ValueType.Text.location("path or URI")))
          .means(
              "a run, a checkpoint, a promoted model, DL4J's `model.zip`, or a file of"
                  + " [another program](weights.md); `--init-from` is short for it")
          .orElse(Start.NONE)
          .since("0.2.0", Start.NONE)
          .from(recipe -> recipe.start().from());

  static final Key<Boolean> STRICT =
      Key.of("start.strict", new ValueType.Flag())
          .means(
              "whether a tensor that is missing, left over or of another shape ends the command;"
                  + " `false` takes what fits and warns of the rest")
          .orElse(true)
          .since("0.2.0", true)
          .from(recipe -> recipe.start().strict());

  static final Key<List<String>> REPLACE =
      Key.of("start.replace", new LayerNames())
          .means(
              "layers that get fresh weights: `classifiers` (of all heads, for other classes),"
                  + " `auxiliary` (all of both auxiliary heads), a block such as `5b`, a layer such"
                  + " as `aux1.fc1`, or others")
          .orElse(List.of())
          .since("0.2.0", List.of())
          .from(recipe -> recipe.start().replace());

  static final Shorthand START =
      new Shorthand(
          "start",
          "from",
          "the [weights that a run begins with](weights.md#begin-a-training); `models/x` is short"
              + " for `{from: models/x}`");

  static final List<Key<?>> ALL = List.of(FROM, STRICT, REPLACE);

  private StartKeys() {}

  static Start start(Values values) {
    return new Start(values.get(FROM), values.get(STRICT), values.get(REPLACE));
  }
}
