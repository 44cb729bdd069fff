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

/**
 * Reads the history of a run: walks back the chain of its terms, including lost ones, and reads the
 * manifests of their checkpoints.
 */
final class HistoryReader {

  /**
   * How a term began.
   *
   * @param owner null if it is not known
   * @param from the checkpoint that it went on from; null for the beginning, or if it is not known
   * @param chain null if it is not known
   * @param isFromKnown whether {@code from} is known
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

  /** For terms before this one, it is not known whether their checkpoints count. */
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
      // Where nothing else is left of a term, its blobs may be the remains of checkpoints.
      uncertain.addAll(terms.blobs());
      uncertain.removeIf(id -> terms.there().containsKey(id.term()));
    }
    return uncertain;
  }

  /**
   * Whether the run's driver went on while its run was read, so that the checkpoint that was the
   * newest then has been deleted since.
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

  /** How a term began; empty if it has not. A lost term has begun if it wrote a checkpoint. */
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

  /** Reads a manifest; empty if it is damaged, since it then says nothing about its term. */
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
        // The owner wrote the checkpoint that the later term went on from.
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
   * Reads the manifest of one checkpoint.
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

  /**
   * Whether a term names its newest checkpoint; a claim alone does not say what was written since.
   */
  private boolean isNewest(int last) {
    return !terms.lost().contains(last)
        || terms.manifests().stream().noneMatch(id -> id.term() == last);
  }

  /**
   * Handles a missing newest checkpoint. Retention always keeps the newest, so somebody else
   * deleted it, or it was deleted while we read.
   */
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

  /**
   * Whether a lost term may have mattered. A claim without checkpoints may be that of a driver that
   * died right after it.
   */
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
