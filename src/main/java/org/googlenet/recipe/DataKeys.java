package org.googlenet.recipe;

import java.util.List;
import java.util.regex.Pattern;
import org.googlenet.common.Tolerance;
import org.googlenet.recipe.Recipe.Cache;
import org.googlenet.recipe.Recipe.Data;

/** The recipe keys that say where everything is stored; a run may change all of them. */
final class DataKeys {

  private static final String RUN_ID = "1 to 128 of A-Z a-z 0-9 . _ -, not starting with a dot";
  private static final String NO_DATA = "give the path or URI of a data set";
  private static final ValueType.Text LOCATION = ValueType.Text.location("path or URI");

  /** If the name of the recipe's file cannot be a run id, the recipe must give one. */
  static final Key<String> RUN =
      Key.of(
              "run",
              new ValueType.Text(
                  Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"),
                  RUN_ID,
                  "1 to 128 of `A-Z a-z 0-9 . _ -`, not starting with a dot"))
          .means("the run id; everything the run writes lies under `<output>/<run>/`")
          .required(
              "the file's name gives no run id; give one: " + RUN_ID,
              "the recipe file's name without its extension")
          .free()
          .from(Recipe::run);

  static final Key<String> OUTPUT =
      Key.of("output", LOCATION).means("folder of runs").orElse("runs").free().from(Recipe::output);

  static final Key<String> MODELS =
      Key.of("models", LOCATION)
          .means(
              "folder of promoted models, for `train --from-champion` and `retrain`; `gate` and"
                  + " `promote` take their own `--models`")
          .orElse("models")
          .free()
          .from(Recipe::models);

  /** Data sets are distinguished by their checksums, not by where they are stored. */
  static final Key<String> TRAIN =
      Key.of("data.train", LOCATION)
          .means("data set to train on; the run compares its checksum, not where it lies")
          .required(NO_DATA)
          .free()
          .from(recipe -> recipe.data().train());

  static final Key<String> VALIDATION =
      Key.of("data.validation", LOCATION)
          .means("data set to evaluate on")
          .required(NO_DATA)
          .free()
          .from(recipe -> recipe.data().validation());

  static final Key<Tolerance> QUARANTINE =
      Key.of("data.quarantine", new ValueType.Records())
          .means(
              "the most records of a data set that may turn out bad (an image that cannot be decoded,"
                  + " a label of no class, a damaged record); up to there they are"
                  + " [passed over](bad-records.md). A percentage is at least one record; with 0 the"
                  + " first one ends the training")
          .orElse(Tolerance.DEFAULT)
          .since("0.2.0", Tolerance.NONE)
          .free()
          .from(recipe -> recipe.data().quarantine());

  static final Key<Long> CACHE_SIZE =
      Key.of("data.cache.size", new ValueType.Size())
          .means(
              "the most bytes that are kept on a machine; a data set that is larger as a whole is"
                  + " not kept at all. A shard is fetched as a whole, its SHA-256 is compared, and"
                  + " the least recently read ones make room")
          .orElse(Cache.NONE.bytes())
          .free()
          .spoken("data.cache")
          .from(recipe -> recipe.data().cache().bytes());

  static final Key<String> CACHE_FOLDER =
      Key.of("data.cache.folder", ValueType.Text.location("path, `auto`"))
          .means(
              "where: a path on the executors' machines, shared by the executors of one; `auto`:"
                  + " a folder in their folder for temporary files")
          .orElse(Cache.AUTO_FOLDER)
          .used(Condition.without(CACHE_SIZE, Cache.NONE.bytes()))
          .free()
          .from(recipe -> recipe.data().cache().folder());

  static final Shorthand CACHE =
      new Shorthand(
          "data.cache",
          "size",
          "shards that each machine keeps of those it has read, for later epochs; `20GB` is short"
              + " for `{size: 20GB}`");

  static final Key<Integer> DECODE_THREADS =
      Key.of(
              "data.decodeThreads",
              new ValueType.WordOr<>("auto", Data.AUTO_THREADS, new ValueType.Int(1, 1024)))
          .means(
              "threads of a worker that decode images, beside those that compute; `auto` takes a"
                  + " quarter as many as those, at least one")
          .orElse(Data.AUTO_THREADS)
          .since("0.2.0", 1)
          .free()
          .from(recipe -> recipe.data().decodeThreads());

  static final List<Key<?>> ALL =
      List.of(
          RUN,
          OUTPUT,
          MODELS,
          TRAIN,
          VALIDATION,
          QUARANTINE,
          CACHE_SIZE,
          CACHE_FOLDER,
          DECODE_THREADS);

  private DataKeys() {}

  static Data data(Values values) {
    return new Data(
        values.get(TRAIN),
        values.get(VALIDATION),
        values.get(QUARANTINE),
        cache(values),
        values.get(DECODE_THREADS));
  }

  private static Cache cache(Values values) {
    return values.has(CACHE_FOLDER)
        ? new Cache(values.get(CACHE_SIZE), values.get(CACHE_FOLDER))
        : Cache.NONE;
  }
}
