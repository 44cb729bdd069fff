package org.googlenet.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which checkpoints of a run are kept. One is kept if any of the rules keeps it; the newest always
 * is, and so is the newest of those that a rewind may go back to.
 *
 * @param keepLast number of newest ones, at least 1
 * @param keepBest number of those with the highest top-1, among the evaluated ones; 0 for none
 * @param keepEvery those whose round is a multiple of this; 0 for none
 * @param rewindEvery a rewind goes back to a round that is a multiple of this
 */
public record Retention(int keepLast, int keepBest, int keepEvery, int rewindEvery) {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private static final Comparator<Manifest> BY_TOP1 =
      Comparator.comparing((Manifest m) -> m.metadata().metrics().get(Metadata.TOP1))
          .thenComparing(Manifest::id)
          .reversed();

  public Retention {
    if (keepLast < 1 || keepBest < 0 || keepEvery < 0 || rewindEvery < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "keepLast %d, keepBest %d, keepEvery %d, rewindEvery %d",
              keepLast,
              keepBest,
              keepEvery,
              rewindEvery));
    }
  }

  /** A retention for a run without rewinds. */
  public Retention(int keepLast, int keepBest, int keepEvery) {
    this(keepLast, keepBest, keepEvery, 1);
  }

  /** The checkpoints of a history that are kept. */
  public Set<CheckpointId> kept(Collection<Manifest> history) {
    return reasons(history).keySet();
  }

  /**
   * The checkpoints of a history that are kept, each with the rules that keep it: {@code last},
   * {@code best}, {@code every}, {@code rewind}.
   */
  public SortedMap<CheckpointId, List<String>> reasons(Collection<Manifest> history) {
    List<Manifest> newestFirst =
        history.stream().sorted(Comparator.comparing(Manifest::id).reversed()).toList();
    Stream<Manifest> best = history.stream().filter(Retention::isEvaluated).sorted(BY_TOP1);
    Stream<Manifest> rewind = newestFirst.stream().filter(m -> m.round() % rewindEvery == 0);
    SortedMap<CheckpointId, List<String>> reasons = new TreeMap<>();
    note(reasons, "last", newestFirst.stream().limit(keepLast));
    note(reasons, "best", best.limit(keepBest));
    note(reasons, "every", history.stream().filter(this::isEvery));
    // If a rewind may go back to any checkpoint, it goes to the newest, which is kept anyway.
    note(reasons, "rewind", rewind.limit(rewindEvery > 1 ? 1 : 0));
    return reasons;
  }

  private static void note(
      SortedMap<CheckpointId, List<String>> reasons, String rule, Stream<Manifest> kept) {
    kept.forEach(m -> reasons.computeIfAbsent(m.id(), id -> new ArrayList<>()).add(rule));
  }

  private boolean isEvery(Manifest manifest) {
    return keepEvery > 0 && manifest.round() % keepEvery == 0;
  }

  /**
   * Deletes the checkpoints of the run that are not kept, and what terms before the current one
   * left outside the history. The manifest of each is deleted before its blobs, so that no reader
   * finds half a checkpoint. Nothing is deleted while the history or the newest checkpoint is
   * incomplete.
   *
   * @return the deleted ones
   * @throws RunHeldProblem if another driver has taken the run
   */
  public List<CheckpointId> apply(Lease lease) throws IOException {
    ObjectStore run = lease.run();
    int living = lease.term().number();
    RunHistory read = RunHistory.read(run, lease.term());
    if (!read.isWhole()) {
      read.gaps().forEach(LOG::warn);
      return List.of();
    }
    List<Manifest> checkpoints = read.checkpoints();
    Set<CheckpointId> history = checkpoints.stream().map(Manifest::id).collect(Collectors.toSet());
    Set<CheckpointId> kept = kept(checkpoints);
    List<CheckpointId> deleted = new ArrayList<>();
    List<String> listed = run.list(Manifest.FOLDER).stream().map(Entry::name).toList();
    Optional<Manifest> newest = read.newest();
    if (newest.isPresent() && !isListed(newest.get(), listed)) {
      lease.check(); // whoever has taken the run may have deleted it
      LOG.warn(
          "{}/{}: its blobs are not all there, so nothing is deleted; 'googlenet checkpoints verify"
              + " {}' says more",
          run.location(),
          newest.get().id().folder(),
          run.location());
      return List.of();
    }
    for (CheckpointId id : found(listed)) {
      boolean orphan = !history.contains(id) && id.term() < living;
      boolean surplus = history.contains(id) && !kept.contains(id);
      if (orphan || surplus) {
        lease.check();
        delete(run, id);
        deleted.add(id);
      }
    }
    return deleted;
  }

  private static void delete(ObjectStore run, CheckpointId id) throws IOException {
    run.delete(id.manifest());
    for (Entry blob : run.list(id.folder())) {
      run.delete(blob.name());
    }
  }

  private static boolean isListed(Manifest manifest, List<String> listed) {
    String folder = manifest.id().folder() + "/";
    return manifest.blobs().keySet().stream().allMatch(blob -> listed.contains(folder + blob));
  }

  /** Everything with a checkpoint's name: manifests, and blobs with or without one. */
  private static Set<CheckpointId> found(List<String> listed) {
    Set<CheckpointId> found = new TreeSet<>();
    for (String entry : listed) {
      String name = entry.split("/", -1)[1];
      String id = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
      CheckpointId.parse(id).ifPresent(found::add);
    }
    return found;
  }

  private static boolean isEvaluated(Manifest manifest) {
    Double top1 = manifest.metadata().metrics().get(Metadata.TOP1);
    return top1 != null && !top1.isNaN();
  }
}
