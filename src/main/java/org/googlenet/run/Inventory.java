package org.googlenet.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;

/**
 * Everything in a run's folder of checkpoints: those that belong to the history, and those that do
 * not, with the reason.
 *
 * @param items by id
 * @param history what the run goes on from
 */
public record Inventory(List<Item> items, RunHistory history) {

  /**
   * An entry with a checkpoint's name.
   *
   * @param manifest empty if it does not exist or cannot be read
   * @param bytes size of its blobs as they are stored
   * @param outside why it does not belong to the history; empty if it does
   */
  public record Item(
      CheckpointId id, Optional<Manifest> manifest, long bytes, Optional<String> outside) {}

  public Inventory {
    items = List.copyOf(items);
  }

  /**
   * Takes stock of a run; no blob is read.
   *
   * @throws CheckpointProblem if there is no run, or a term is damaged
   */
  public static Inventory of(ObjectStore run) throws IOException {
    RunHistory history = RunHistory.read(run);
    SortedMap<CheckpointId, Long> found = found(run);
    if (history.terms().isEmpty() && found.isEmpty()) {
      throw new CheckpointProblem(run.location() + ": there is no run here; check the path");
    }
    Map<CheckpointId, Manifest> inHistory = new TreeMap<>();
    history.checkpoints().forEach(manifest -> inHistory.put(manifest.id(), manifest));
    List<Item> items = new ArrayList<>();
    for (Map.Entry<CheckpointId, Long> one : found.entrySet()) {
      CheckpointId id = one.getKey();
      items.add(
          inHistory.containsKey(id)
              ? new Item(id, Optional.of(inHistory.get(id)), one.getValue(), Optional.empty())
              : outside(run, id, one.getValue(), history));
    }
    return new Inventory(items, history);
  }

  private static Item outside(ObjectStore run, CheckpointId id, long bytes, RunHistory history)
      throws IOException {
    try {
      Optional<Manifest> manifest = Checkpoint.readManifest(run, id);
      String why =
          manifest.isPresent()
              ? leftBehind(id, history)
              : "has no manifest: it is being written, or its driver died before it was whole";
      return new Item(id, manifest, bytes, Optional.of(why));
    } catch (CheckpointProblem e) {
      return new Item(id, Optional.empty(), bytes, Optional.of("its manifest is damaged"));
    }
  }

  private static String leftBehind(CheckpointId id, RunHistory history) {
    if (history.uncertain().contains(id)) {
      return "not known whether the run went on from it: a later term is gone";
    }
    return history.terms().stream()
        .filter(term -> passesBy(term, id))
        .findFirst()
        .map(
            term ->
                String.format(
                    Locale.ROOT,
                    "left behind: term %d went on from %s",
                    term.number(),
                    term.start().map(CheckpointId::toString).orElse("the beginning")))
        .orElse("no term of the run wrote it");
  }

  /** Whether a term is later than the one that wrote a checkpoint, and goes on from before it. */
  private static boolean passesBy(Term term, CheckpointId id) {
    return term.begun()
        && term.number() > id.term()
        && term.start()
            .map(
                start ->
                    start.term() < id.term()
                        || (start.term() == id.term() && start.round() < id.round()))
            .orElse(true);
  }

  /**
   * Everything with a checkpoint's name, whether manifest or blob, with the size of the blobs in
   * bytes.
   */
  private static SortedMap<CheckpointId, Long> found(ObjectStore run) throws IOException {
    SortedMap<CheckpointId, Long> found = new TreeMap<>();
    for (Entry entry : run.list(Manifest.FOLDER)) {
      String[] path = entry.name().split("/", -1);
      boolean isManifest = path.length == 2 && path[1].endsWith(".json");
      String id = isManifest ? path[1].substring(0, path[1].length() - 5) : path[1];
      CheckpointId.parse(id)
          .ifPresent(known -> found.merge(known, isManifest ? 0 : entry.bytes(), Long::sum));
    }
    return found;
  }
}
