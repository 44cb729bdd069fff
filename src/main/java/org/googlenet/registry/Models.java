package org.googlenet.registry;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Json;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of promoted models, each in a folder named by its version, and of the promotions, of
 * which the last names the champion. {@link Promotion} adds to it; no run's retention deletes from
 * it.
 *
 * @param store the folder
 */
public record Models(ObjectStore store) {

  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  /** The name of the text about a model in its folder. */
  public static final String CARD = "MODEL_CARD.md";

  /** The folder of the gate's decisions, each a {@link GateRecord}. */
  static final String GATES = "gates";

  /**
   * The form of a version, the name of a model's folder beside {@code champion} and {@code gates}.
   * It cannot be mistaken for a path: '.zip' ends the name of a model in a file.
   */
  private static final Pattern VERSION =
      Pattern.compile("(?!(?i:champion|gates)$)(?!.*\\.zip$)[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}");

  /** Whether a text may be a model's version. */
  public static boolean isVersion(String text) {
    return text != null && VERSION.matcher(text).matches();
  }

  /** What {@link #isVersion} requires, for messages. */
  public static String allowedVersions() {
    return "1 to 160 of A-Z a-z 0-9 . _ -, not starting with a dot, not 'champion' or 'gates', not ending"
        + " in .zip";
  }

  /**
   * The numbers of the promotions.
   *
   * @param there those that exist
   * @param highest the highest number that any object refers to, or 0: no number is used twice
   */
  private record Numbers(NavigableSet<Integer> there, int highest) {

    boolean isLastLost() {
      return highest > 0 && (there.isEmpty() || there.last() < highest);
    }
  }

  /** Whether nothing was ever promoted here. */
  public boolean isEmpty() throws IOException {
    return numbers().highest() == 0;
  }

  /** The last promotion that exists; empty if there is none. */
  public Optional<Champion> last() throws IOException {
    return standing().last();
  }

  /**
   * The promotions as they were at one moment.
   *
   * @param next the number of the next one
   */
  record Standing(Optional<Champion> last, int next) {}

  Standing standing() throws IOException {
    Numbers numbers = numbers();
    if (numbers.isLastLost()) {
      LOG.warn("{}; the last that is there counts", lost(numbers.highest(), numbers.highest()));
    }
    Optional<Champion> last =
        numbers.there().isEmpty()
            ? Optional.empty()
            : Optional.of(promotion(numbers.there().last()));
    return new Standing(last, numbers.highest() + 1);
  }

  /**
   * All promotions, by number.
   *
   * @throws CheckpointProblem if one is damaged
   */
  public List<Champion> promotions() throws IOException {
    List<Champion> promotions = new ArrayList<>();
    for (int number : numbers().there()) {
      promotions.add(promotion(number));
    }
    return promotions;
  }

  /** One line per range of promotions that are lost. */
  public List<String> gaps() throws IOException {
    Numbers numbers = numbers();
    List<String> gaps = new ArrayList<>();
    int before = 0;
    for (int number : numbers.there()) {
      if (number > before + 1) {
        gaps.add(lost(before + 1, number - 1) + "; those that are there count");
      }
      before = number;
    }
    if (numbers.isLastLost()) {
      gaps.add(
          lost(before + 1, numbers.highest())
              + "; the champion is the last that is there: restore it, or promote its model again");
    }
    return gaps;
  }

  private String lost(int first, int last) {
    return store.location()
        + "/"
        + Champion.name(first)
        + (first == last ? "" : " to " + Champion.name(last))
        + ": gone";
  }

  /**
   * The model that the last promotion names.
   *
   * @throws CheckpointProblem if there is no promotion, or the model is gone
   */
  public SavedModel champion() throws IOException {
    return model(last().orElseThrow(this::noChampion));
  }

  private CheckpointProblem noChampion() {
    return new CheckpointProblem(
        store.location()
            + ": no model was promoted here, or all promotions are gone; name another folder, or"
            + " promote one with 'googlenet promote CHECKPOINT --models MODELS'");
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
   * A model by its version; empty if it is absent or incomplete.
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
  public static Optional<SavedModel> read(ObjectStore store, String folder) throws IOException {
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

  /** A promotion from its own object or, if that is lost, from the copy. */
  private Champion promotion(int number) throws IOException {
    for (String name : List.of(Champion.name(number), Champion.claimName(number))) {
      try {
        return promotion(number, name);
      } catch (FileNotFoundException e) {
        // The other object says the same.
      }
    }
    throw new CheckpointProblem(
        lost(number, number) + " since it was listed; give the same command again");
  }

  private Champion promotion(int number, String name) throws IOException {
    Champion promotion =
        json(
            store,
            name,
            Champion.class,
            "delete it: its copy, or else the promotion before it, counts then");
    if (promotion.number() != number) {
      throw new CheckpointProblem(
          store.location()
              + "/"
              + name
              + ": says it is promotion "
              + promotion.number()
              + "; restore it, or delete it: its copy, or else the promotion before it, counts then");
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

  /**
   * The numbers of the promotions. A listing may lag behind: promotions that it does not show yet
   * are looked for by name. If the objects of a promotion are lost, records of the gate show that
   * it existed.
   */
  private Numbers numbers() throws IOException {
    NavigableSet<Integer> there = new TreeSet<>();
    for (Entry entry : store.list(Champion.FOLDER)) {
      Champion.number(entry.name()).ifPresent(there::add);
    }
    int highest = there.isEmpty() ? 0 : there.last();
    for (Entry entry : store.list(GATES)) {
      highest = Math.max(highest, GateRecord.promotion(entry.name()).orElse(0));
    }
    while (isThere(Champion.name(highest + 1))) {
      there.add(++highest);
    }
    return new Numbers(there, highest);
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
