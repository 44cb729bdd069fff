package org.googlenet.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;

/**
 * Which checkpoints of a run stay. One stays if any of the rules keeps it; the newest always does,
 * and the newest of those that a rewind may go back to.
 *
 * @param keepLast the newest, at least 1
 * @param keepBest those of the highest top-1, among the evaluated ones; 0 for none
 * @param keepEvery those whose round is a multiple of it; 0 for none
 * @param rewindEvery a rewind goes back to a round that is a multiple of it
 */
public record Retention(int keepLast, int keepBest, int keepEvery, int rewindEvery) {

  private static final Comparator<Manifest> BY_TOP1 =
      Comparator.comparing((Manifest m) -> m.metadata().metrics().get(Metadata.TOP1))
          .thenComparing(Manifest::id)
          .reversed();

  public Retention {
    if (keepLast < 1 || keepBest < 0 || keepEvery < 0 || rewindEvery < 1) {
      throw new IllegalArgumentException(
          "keepLast %d, keepBest %d, keepEvery %d, rewindEvery %d"
              .formatted(keepLast, keepBest, keepEvery, rewindEvery));
    }
  }

  /** Without rewinds. */
  public Retention(int keepLast, int keepBest, int keepEvery) {
    this(keepLast, keepBest, keepEvery, 1);
  }

  /** The checkpoints of a history that stay. */
  public Set<CheckpointId> kept(Collection<Manifest> history) {
    List<Manifest> newestFirst =
        history.stream().sorted(Comparator.comparing(Manifest::id).reversed()).toList();
    Stream<Manifest> last = newestFirst.stream().limit(keepLast);
    Stream<Manifest> rewind =
        newestFirst.stream().filter(m -> m.round() % rewindEvery == 0).limit(1);
    Stream<Manifest> best =
        history.stream().filter(Retention::isEvaluated).sorted(BY_TOP1).limit(keepBest);
    Stream<Manifest> every =
        history.stream().filter(m -> keepEvery > 0 && m.round() % keepEvery == 0);
    return Stream.of(last, best, every, rewind)
        .flatMap(s -> s)
        .map(Manifest::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Deletes the checkpoints of the run that do not stay, and what terms before the living one left
   * outside the history. Of each, the manifest goes before the blobs, so that no reader finds half
   * a checkpoint.
   *
   * @return those deleted
   * @throws RunHeldProblem if another driver has taken the run
   */
  public List<CheckpointId> apply(Lease lease) throws IOException {
    ObjectStore run = lease.run();
    int living = lease.term().number();
    List<Manifest> checkpoints = RunHistory.read(run).checkpoints();
    Set<CheckpointId> history = checkpoints.stream().map(Manifest::id).collect(Collectors.toSet());
    Set<CheckpointId> kept = kept(checkpoints);
    List<CheckpointId> deleted = new ArrayList<>();
    for (CheckpointId id : found(run)) {
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

  /** Whatever has a checkpoint's name: manifests, and blobs with or without one. */
  private static Set<CheckpointId> found(ObjectStore run) throws IOException {
    Set<CheckpointId> found = new TreeSet<>();
    for (Entry entry : run.list(Manifest.FOLDER)) {
      String name = entry.name().split("/", -1)[1];
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
