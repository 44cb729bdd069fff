package org.googlenet.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;

/**
 * A folder of promoted models, each in a folder named by its version, and of the promotions, of
 * which the last names the champion. {@link Promotion} adds to it; no run's retention comes here.
 *
 * @param store the folder
 */
public record Models(ObjectStore store) {

  /** The folder of what the gate decided, each a {@link GateRecord}. */
  static final String GATES = "gates";

  /**
   * A folder's name beside {@code champion} and {@code gates}, which no path is mistaken for:
   * '.zip' ends the name of a model in a file.
   */
  private static final Pattern VERSION =
      Pattern.compile("(?!(?i:champion|gates)$)(?!.*\\.zip$)[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}");

  /** Whether a text may be a model's version. */
  public static boolean isVersion(String text) {
    return text != null && VERSION.matcher(text).matches();
  }

  /** What {@link #isVersion} asks for, for messages. */
  public static String allowedVersions() {
    return "1 to 160 of A-Z a-z 0-9 . _ -, not starting with a dot, not 'champion' or 'gates', not ending"
        + " in .zip";
  }

  /** Whether nothing was promoted here. */
  public boolean isEmpty() throws IOException {
    return numbers().isEmpty();
  }

  /** The last promotion; empty if there was none. */
  public Optional<Champion> last() throws IOException {
    NavigableSet<Integer> numbers = numbers();
    return numbers.isEmpty() ? Optional.empty() : Optional.of(promotion(numbers.last()));
  }

  /**
   * All promotions, by number.
   *
   * @throws CheckpointProblem if one is damaged
   */
  public List<Champion> promotions() throws IOException {
    List<Champion> promotions = new ArrayList<>();
    for (int number : numbers()) {
      promotions.add(promotion(number));
    }
    return promotions;
  }

  /**
   * The model that the last promotion names.
   *
   * @throws CheckpointProblem if there is no promotion, or the model is gone
   */
  public SavedModel champion() throws IOException {
    Champion last =
        last()
            .orElseThrow(
                () ->
                    new CheckpointProblem(
                        store.location()
                            + ": no model was promoted here; name another folder, or promote one"
                            + " with 'googlenet promote CHECKPOINT --models MODELS'"));
    return model(last);
  }

  /**
   * The model that a promotion names.
   *
   * @throws CheckpointProblem if the model is gone
   */
  public SavedModel model(Champion promotion) throws IOException {
    return find(promotion.version())
        .orElseThrow(
            () ->
                new CheckpointProblem(
                    store.location()
                        + "/"
                        + promotion.name()
                        + ": names "
                        + promotion.version()
                        + ", which is not there; restore it, or promote another model"));
  }

  /**
   * A model by its version; empty if it is not there as a whole.
   *
   * @throws CheckpointProblem if its manifest is damaged, or another model's
   */
  public Optional<SavedModel> find(String version) throws IOException {
    Optional<SavedModel> model = read(store, version);
    if (model.isPresent() && !model.get().version().equals(version)) {
      throw new CheckpointProblem(
          store.location()
              + "/"
              + ModelManifest.name(version)
              + ": is the manifest of "
              + model.get().version()
              + "; delete it or restore the right one");
    }
    return model;
  }

  /** The model in a folder of a store; "" for the store itself. */
  static Optional<SavedModel> read(ObjectStore store, String folder) throws IOException {
    try {
      ModelManifest manifest =
          json(
              store,
              ModelManifest.name(folder),
              ModelManifest.class,
              "delete it and promote the checkpoint again");
      return Optional.of(SavedModel.of(manifest, store, folder));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private Champion promotion(int number) throws IOException {
    Champion promotion =
        json(
            store,
            Champion.name(number),
            Champion.class,
            "delete it, which makes the promotion before it the last");
    if (promotion.number() != number) {
      throw new CheckpointProblem(
          store.location()
              + "/"
              + Champion.name(number)
              + ": says it is promotion "
              + promotion.number()
              + "; restore it, or delete it, which makes the promotion before it the last");
    }
    return promotion;
  }

  private static <T> T json(ObjectStore store, String name, Class<T> type, String orElse)
      throws IOException {
    try {
      return Json.read(store, name, type);
    } catch (CheckpointProblem e) {
      throw new CheckpointProblem(
          store.location() + "/" + name + ": is damaged; restore it, or " + orElse, e);
    }
  }

  /** A listing may lag behind: promotions that it does not show yet are looked for by name. */
  private NavigableSet<Integer> numbers() throws IOException {
    NavigableSet<Integer> numbers = new TreeSet<>();
    for (Entry entry : store.list(Champion.FOLDER)) {
      Champion.number(entry.name()).ifPresent(numbers::add);
    }
    int next = numbers.isEmpty() ? 1 : numbers.last() + 1;
    while (isThere(Champion.name(next))) {
      numbers.add(next++);
    }
    return numbers;
  }

  private boolean isThere(String name) throws IOException {
    try {
      store.read(name).close();
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
