package org.googlenet.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.googlenet.storage.ObjectStore;

/** Walks back the chain of a run's terms, over those that are lost too, and reads its manifests. */
final class HistoryReader {

  /**
   * How a term began.
   *
   * @param owner null if it is not known
   * @param from the checkpoint it went on from; null for the beginning, or if it is not known
   * @param chain null if it is not known
   * @param isFromKnown whether {@code from} is
   */
  private record Beginning(
      String owner, CheckpointId from, List<Term.Link> chain, boolean isFromKnown) {

    static Beginning of(Term term) {
      return new Beginning(term.owner(), term.from(), term.chain(), true);
    }
  }

  private final ObjectStore run;
  private final Terms terms;
  private final List<Term.Link> chain = new ArrayList<>();
  private final List<Manifest> checkpoints = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** Whether checkpoints of terms before this one count is not known. */
  private int unknownBefore;

  private boolean overtaken;

  HistoryReader(ObjectStore run, Terms terms) {
    this.run = run;
    this.terms = terms;
  }

  RunHistory history() throws IOException {
    int last = lastBegun();
    if (last > 0) {
      walk(last);
    }
    readCheckpoints(last);
    Set<CheckpointId> uncertain = uncertain(last);
    checkpoints.sort(Comparator.comparing(Manifest::id));
    return new RunHistory(
        List.copyOf(terms.there().values()),
        chain,
        checkpoints,
        warnings,
        gaps(uncertain),
        uncertain);
  }

  private Set<CheckpointId> uncertain(int last) {
    Set<CheckpointId> uncertain = new TreeSet<>(terms.manifests());
    if (last > 0) {
      uncertain.removeIf(id -> id.term() >= unknownBefore);
    } else {
      // Where nothing tells of a term, its blobs may be what is left of checkpoints.
      uncertain.addAll(terms.blobs());
      uncertain.removeIf(id -> terms.there().containsKey(id.term()));
    }
    return uncertain;
  }

  /**
   * Whether a living driver has gone on while its run was read, so that the newest checkpoint of
   * then has been deleted since.
   */
  boolean isOvertaken() {
    return overtaken;
  }

  /** The number of the last term that has begun; 0 if none has. */
  private int lastBegun() throws IOException {
    Set<Integer> numbers = new TreeSet<>(Comparator.reverseOrder());
    numbers.addAll(terms.there().keySet());
    terms.manifests().forEach(id -> numbers.add(id.term()));
    for (int number : numbers) {
      if (beginning(number).isPresent()) {
        return number;
      }
    }
    return 0;
  }

  /** A lost term has begun if there is a checkpoint of it. */
  private Optional<Beginning> beginning(int number) throws IOException {
    if (terms.hasBegun(number)) {
      return Optional.of(Beginning.of(terms.there().get(number)));
    }
    return terms.lost().contains(number) ? beginningByManifests(number) : Optional.empty();
  }

  private Optional<Beginning> beginningByManifests(int number) throws IOException {
    Term claimed = terms.there().get(number);
    List<Manifest> written = new ArrayList<>();
    for (CheckpointId id : terms.manifests()) {
      if (id.term() == number) {
        read(id)
            .filter(m -> claimed == null || m.owner().equals(claimed.owner()))
            .ifPresent(written::add);
      }
    }
    if (written.isEmpty()) {
      return Optional.empty();
    }
    boolean isOneOwners = written.stream().map(Manifest::owner).distinct().count() == 1;
    List<Term.Link> links =
        written.stream().map(Manifest::chain).filter(Objects::nonNull).findFirst().orElse(null);
    return Optional.of(
        new Beginning(isOneOwners ? written.get(0).owner() : null, null, links, number == 1));
  }

  /** A damaged manifest tells nothing of its term. */
  private Optional<Manifest> read(CheckpointId id) throws IOException {
    try {
      return Checkpoint.readManifest(run, id);
    } catch (CheckpointProblem e) {
      return Optional.empty();
    }
  }

  private void walk(int last) throws IOException {
    CheckpointId from = null;
    int number = last;
    int lastRound = Integer.MAX_VALUE;
    while (true) {
      Optional<Beginning> known = beginning(number);
      String owner = known.map(Beginning::owner).orElse(null);
      if (from != null && !terms.hasBegun(number)) {
        // The checkpoint that the later term went on from is one of the owner's.
        owner = read(from).map(Manifest::owner).orElse(owner);
      }
      if (owner != null) {
        chain.add(new Term.Link(number, owner, lastRound));
      }
      if (known.isPresent() && known.get().chain() != null) {
        chain.addAll(known.get().chain());
        return;
      }
      if (owner == null || known.isEmpty() || !known.get().isFromKnown()) {
        unknownBefore = owner == null ? number + 1 : number == 1 ? 0 : number;
        return;
      }
      from = known.get().from();
      if (from == null) {
        return;
      }
      number = from.term();
      lastRound = from.round();
    }
  }

  private void readCheckpoints(int last) throws IOException {
    Set<CheckpointId> written = new TreeSet<>(terms.manifests());
    Optional<CheckpointId> newest =
        Optional.ofNullable(terms.there().get(last)).flatMap(Term::last);
    newest.ifPresent(written::add);
    for (CheckpointId id : written) {
      Optional<Term.Link> link = chain.stream().filter(l -> l.term() == id.term()).findFirst();
      if (link.isPresent() && id.round() <= link.get().lastRound()) {
        readCheckpoint(id, link.get().owner(), newest.filter(id::equals).map(any -> last));
      }
    }
  }

  /**
   * Reads one.
   *
   * @param last the last term, if it names this checkpoint as the newest
   */
  private void readCheckpoint(CheckpointId id, String owner, Optional<Integer> last)
      throws IOException {
    try {
      Optional<Manifest> manifest = Checkpoint.readManifest(run, id);
      manifest.filter(found -> found.owner().equals(owner)).ifPresent(checkpoints::add);
      if (manifest.isEmpty() && last.isPresent() && isNewest(last.get())) {
        newestIsGone(id, last.get());
      }
    } catch (CheckpointProblem e) {
      warnings.add(e.getMessage());
    }
  }

  /** A claim alone does not tell what its term has written since. */
  private boolean isNewest(int last) {
    return !terms.lost().contains(last)
        || terms.manifests().stream().noneMatch(id -> id.term() == last);
  }

  /** The newest always stays, so it was deleted by others, or while we read. */
  private void newestIsGone(CheckpointId id, int last) throws IOException {
    Optional<Term> now = Terms.readTerm(run, last);
    boolean wroteOn = now.isPresent() && !now.get().last().equals(Optional.of(id));
    overtaken = wroteOn || Terms.after(run, terms.highest()).isPresent();
    warnings.add(
        run.location()
            + "/"
            + id.manifest()
            + ": is gone, although it is the newest that was written; restore it");
  }

  /** A claim of which nothing came may be that of a driver that died right after it. */
  private boolean isMissed(int number) {
    return !terms.there().containsKey(number)
        || terms.manifests().stream().anyMatch(id -> id.term() == number);
  }

  private List<String> gaps(Set<CheckpointId> uncertain) {
    List<String> lost = terms.lostNames(this::isMissed);
    if (lost.isEmpty()) {
      return List.of();
    }
    String what = run.location() + ": " + String.join(", ", lost) + ": gone";
    return List.of(
        uncertain.isEmpty()
            ? what + "; what is left tells the same, so the run goes on"
            : what
                + ", so it is not known whether the run went on from "
                + uncertain.size()
                + " checkpoints (of terms before "
                + unknownBefore
                + "): they are not used, and nothing is deleted; restore the terms, or move these"
                + " checkpoints away");
  }
}
