package org.googlenet.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.googlenet.storage.ObjectStore;

/**
 * The chain of a run's terms and the checkpoints that belong to it. What a term wrote after the
 * point from which its successor went on does not count: so a driver that was frozen, lost the run
 * and wakes up cannot disturb its successor, and a rewind need not delete anything. What was
 * written under a term by anybody but its owner does not count either.
 *
 * <p>Each term, and each manifest, contains the whole chain before it. So if terms are lost, what
 * is left tells the same history; {@link #gaps} says which are lost, and {@link #isWhole} whether
 * the rest suffices. What version 0.1.0 wrote does not have a chain, and its terms name only the
 * one before.
 *
 * @param terms by number; a term whose object is lost is included if its claim exists
 * @param chain the last term that has begun and those that it goes on from, latest first
 * @param checkpoints those of the history, by round
 * @param warnings one line per manifest that is gone or could not be read
 * @param gaps a line about the terms that are lost; empty if none are
 * @param uncertain checkpoints of which it is not known whether they belong to the history
 */
public record RunHistory(
    List<Term> terms,
    List<Term.Link> chain,
    List<Manifest> checkpoints,
    List<String> warnings,
    List<String> gaps,
    Set<CheckpointId> uncertain) {

  public RunHistory {
    terms = List.copyOf(terms);
    chain = List.copyOf(chain);
    checkpoints = List.copyOf(checkpoints);
    warnings = List.copyOf(warnings);
    gaps = List.copyOf(gaps);
    uncertain = Collections.unmodifiableSortedSet(new TreeSet<>(uncertain));
  }

  /**
   * Reads the history of a run; if the run does not exist, it is empty.
   *
   * @throws CheckpointProblem if a term is damaged
   */
  public static RunHistory read(ObjectStore run) throws IOException {
    return read(run, null);
  }

  /**
   * The same for the driver that holds the run.
   *
   * @param own its term, which need not be looked for
   */
  static RunHistory read(ObjectStore run, Term own) throws IOException {
    while (true) {
      HistoryReader reader = new HistoryReader(run, Terms.read(run, own));
      RunHistory history = reader.history();
      if (!reader.isOvertaken()) {
        return history;
      }
    }
  }

  /**
   * Whether it is known for every checkpoint whether it belongs to the history. If not, nothing may
   * be deleted.
   */
  public boolean isWhole() {
    return uncertain.isEmpty();
  }

  /** The term in charge, or the last one that was; it need not have begun. */
  public Optional<Term> lastTerm() {
    return terms.isEmpty() ? Optional.empty() : Optional.of(terms.get(terms.size() - 1));
  }

  /** The newest checkpoint of the history, verified or not. */
  public Optional<Manifest> newest() {
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.get(checkpoints.size() - 1));
  }

  /**
   * The newest checkpoint whose blobs all have the sizes and checksums that its manifest says. All
   * bytes are read.
   *
   * @throws IOException if the storage fails; that says nothing about a checkpoint
   */
  public Verified newestThatVerifies(ObjectStore run) throws IOException {
    return newestThatVerifies(run, checkpoint -> true);
  }

  /**
   * The same among some of the checkpoints.
   *
   * @param wanted whether a checkpoint is acceptable
   */
  public Verified newestThatVerifies(ObjectStore run, Predicate<Manifest> wanted)
      throws IOException {
    List<String> found = new ArrayList<>(gaps);
    found.addAll(warnings);
    for (int i = checkpoints.size() - 1; i >= 0; i--) {
      if (!wanted.test(checkpoints.get(i))) {
        continue;
      }
      Checkpoint checkpoint = new Checkpoint(run, checkpoints.get(i));
      Optional<String> defect = checkpoint.defect();
      if (defect.isEmpty()) {
        return new Verified(Optional.of(checkpoint.manifest()), List.copyOf(found));
      }
      found.add(
          checkpoint.location()
              + ": "
              + defect.get()
              + "; the checkpoint is left behind, an earlier one is used");
    }
    return new Verified(Optional.empty(), List.copyOf(found));
  }

  /**
   * A checkpoint that verified, if any did.
   *
   * @param warnings one line per newer checkpoint that did not
   */
  public record Verified(Optional<Manifest> manifest, List<String> warnings) {}

  /**
   * Makes sure that a run of which no checkpoint verifies may begin at the beginning.
   *
   * @throws CheckpointProblem if it has, or had, checkpoints, which would be left behind
   */
  void requireNone(ObjectStore run, List<String> why) {
    if (!checkpoints.isEmpty() || !warnings.isEmpty() || !isWhole()) {
      throw new CheckpointProblem(
          run.location()
              + ": has no checkpoint that verifies, and is not begun at the beginning while it had"
              + " some ("
              + String.join("; ", why)
              + "); restore one, or give --restart, which moves all that is there aside"
              + " (what an earlier --restart has moved is in "
              + run.location()
              + ".old-1 and so on)");
    }
  }

  /**
   * The chain of a term that goes on from a checkpoint of this history, or from the beginning; null
   * if it is not completely known.
   */
  List<Term.Link> chainOf(CheckpointId start) {
    if (start == null) {
      return List.of();
    }
    return isWhole() ? Term.cut(start, chain.get(0), chain.subList(1, chain.size())) : null;
  }
}
