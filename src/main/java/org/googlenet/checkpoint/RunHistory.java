package org.googlenet.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;

/**
 * The chain of a run's terms and the checkpoints that belong to it. What a term wrote after the
 * point from which its successor went on does not exist: so a driver that was frozen, lost the run
 * and wakes cannot disturb its successor, and a rewind needs nothing deleted. Nor does what another
 * than the term's owner wrote under it.
 *
 * @param terms by number
 * @param checkpoints those of the history, by round
 * @param warnings a line for each manifest that could not be read
 */
public record RunHistory(List<Term> terms, List<Manifest> checkpoints, List<String> warnings) {

  public RunHistory {
    terms = List.copyOf(terms);
    checkpoints = List.copyOf(checkpoints);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads the history of a run; of one that does not exist it is empty.
   *
   * @throws CheckpointProblem if a term is damaged
   */
  public static RunHistory read(ObjectStore run) throws IOException {
    List<Term> terms = readTerms(run);
    Map<Integer, Integer> lastRounds = lastRounds(terms);
    List<Manifest> checkpoints = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (CheckpointId id : written(run, terms)) {
      if (id.round() <= lastRounds.getOrDefault(id.term(), -1)) {
        String owner = terms.get(id.term() - 1).owner();
        try {
          Checkpoint.readManifest(run, id)
              .filter(manifest -> manifest.owner().equals(owner))
              .ifPresent(checkpoints::add);
        } catch (CheckpointProblem e) {
          warnings.add(e.getMessage());
        }
      }
    }
    checkpoints.sort(Comparator.comparing(Manifest::id));
    return new RunHistory(terms, checkpoints, warnings);
  }

  /** The term in charge, or the last that was; it need not have begun. */
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
   * The newest checkpoint whose blobs all have the sizes and checksums of the manifest. All bytes
   * are read.
   *
   * @throws IOException if the storage fails; that says nothing about a checkpoint
   */
  public Verified newestThatVerifies(ObjectStore run) throws IOException {
    return newestThatVerifies(run, checkpoint -> true);
  }

  /**
   * The same among some of the checkpoints.
   *
   * @param wanted whether a checkpoint will do
   */
  public Verified newestThatVerifies(ObjectStore run, Predicate<Manifest> wanted)
      throws IOException {
    List<String> found = new ArrayList<>(warnings);
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
   * @param warnings a line for each newer one that did not
   */
  public record Verified(Optional<Manifest> manifest, List<String> warnings) {}

  /**
   * For each term on the chain the last round of it that counts. The chain is walked back from the
   * last term that has begun, by the checkpoints that the terms went on from; a term beside it has
   * no round.
   */
  private static Map<Integer, Integer> lastRounds(List<Term> terms) {
    Map<Integer, Integer> lastRounds = new HashMap<>();
    int lastRound = Integer.MAX_VALUE;
    int number = lastBegun(terms).map(Term::number).orElse(0);
    while (number >= 1) {
      lastRounds.put(number, lastRound);
      Optional<CheckpointId> start = terms.get(number - 1).start();
      if (start.isEmpty()) {
        break;
      }
      lastRound = start.get().round();
      number = start.get().term();
    }
    return lastRounds;
  }

  /**
   * The terms of a run by number.
   *
   * @throws CheckpointProblem if one is damaged
   */
  static List<Term> readTerms(ObjectStore run) throws IOException {
    List<Term> terms = new ArrayList<>();
    while (true) {
      Optional<Term> next = readTerm(run, terms.size() + 1);
      if (next.isEmpty()) {
        return terms;
      }
      terms.add(next.get());
    }
  }

  static Optional<Term> readTerm(ObjectStore run, int number) throws IOException {
    Term term;
    try {
      term = Json.read(run, Term.name(number), Term.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    if (term.number() != number) {
      throw new CheckpointProblem(
          run.location()
              + "/"
              + Term.name(number)
              + ": says it is term "
              + term.number()
              + ", which cannot be; restore it");
    }
    return Optional.of(term);
  }

  private static Optional<Term> lastBegun(List<Term> terms) {
    return terms.stream().filter(Term::begun).reduce((earlier, later) -> later);
  }

  /** Those listed, and the newest by its name, since a listing may lag behind. */
  private static Set<CheckpointId> written(ObjectStore run, List<Term> terms) throws IOException {
    Set<CheckpointId> written = new TreeSet<>();
    lastBegun(terms).flatMap(Term::last).ifPresent(written::add);
    for (Entry entry : run.list(Manifest.FOLDER)) {
      String name = entry.name().substring(Manifest.FOLDER.length() + 1);
      if (name.endsWith(".json")) {
        CheckpointId.parse(name.substring(0, name.length() - ".json".length()))
            .ifPresent(written::add);
      }
    }
    return written;
  }
}
