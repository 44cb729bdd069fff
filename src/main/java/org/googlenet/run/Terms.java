package org.googlenet.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;

/**
 * The terms of a run, and what its other objects say about terms whose own objects are lost.
 *
 * @param there by number; a term whose object is lost is represented by its claim
 * @param lost the numbers of those whose object is lost, with or without a claim
 * @param manifests the checkpoints whose manifests were listed
 * @param blobs the checkpoints whose blobs were listed
 * @param highest the highest number that any object names, or 0: no number is used twice
 */
record Terms(
    NavigableMap<Integer, Term> there,
    NavigableSet<Integer> lost,
    NavigableSet<CheckpointId> manifests,
    NavigableSet<CheckpointId> blobs,
    int highest) {

  private static final Pattern TERM =
      Pattern.compile(Term.FOLDER + "/(\\d{4,9})(?:\\.claim)?\\.json");
  private static final Pattern CHECKPOINT =
      Pattern.compile(Manifest.FOLDER + "/([0-9]+-[0-9]+)(\\.json|/.*)");
  private static final Pattern METRICS = Pattern.compile("metrics/([0-9]+-[0-9]+)\\.jsonl");

  /** A larger number does not belong to any driver, and is not counted up to. */
  private static final int MOST = 99_999;

  /**
   * Reads the terms. A listing may lag behind, so terms are also looked for by name, and beyond the
   * highest one that was found.
   *
   * @param own the term of the driver that asks, which knows that it exists; or null
   * @throws CheckpointProblem if one is damaged
   */
  static Terms read(ObjectStore run, Term own) throws IOException {
    NavigableSet<CheckpointId> manifests = new TreeSet<>();
    NavigableSet<CheckpointId> blobs = new TreeSet<>();
    NavigableSet<Integer> named = new TreeSet<>();
    for (Entry entry : run.list("")) {
      Matcher checkpoint = CHECKPOINT.matcher(entry.name());
      if (checkpoint.matches()) {
        NavigableSet<CheckpointId> kind = checkpoint.group(2).equals(".json") ? manifests : blobs;
        CheckpointId.parse(checkpoint.group(1)).ifPresent(kind::add);
      }
      number(entry.name()).ifPresent(named::add);
    }
    NavigableMap<Integer, Term> there = new TreeMap<>();
    NavigableSet<Integer> lost = new TreeSet<>();
    if (own != null) {
      there.put(own.number(), own);
    }
    int highest = named.isEmpty() ? 0 : named.last();
    int beyond = highest + 1;
    for (int number = 1; number <= beyond; number++) {
      if (!there.containsKey(number)) {
        readTerm(run, number).ifPresent(term -> there.put(term.number(), term));
      }
      if (number == beyond && there.containsKey(number)) {
        beyond++;
      }
      if (!there.containsKey(number) && number <= highest) {
        lost.add(number);
        readClaim(run, number).ifPresent(claim -> there.put(claim.number(), claim));
      }
    }
    int last = there.isEmpty() ? 0 : there.lastKey();
    return new Terms(there, lost, manifests, blobs, Math.max(highest, last));
  }

  /** The number of the term that a name in a run's store refers to, if it refers to one. */
  private static Optional<Integer> number(String name) {
    Matcher term = TERM.matcher(name);
    if (term.matches()) {
      int number = Integer.parseInt(term.group(1));
      boolean isSpeltSo = name.equals(Term.name(number)) || name.equals(Term.claimName(number));
      return Optional.of(number).filter(n -> isSpeltSo && n >= 1 && n <= MOST);
    }
    Matcher checkpoint = CHECKPOINT.matcher(name);
    Matcher metrics = METRICS.matcher(name);
    Optional<CheckpointId> id =
        checkpoint.matches()
            ? CheckpointId.parse(checkpoint.group(1))
            : metrics.matches() ? CheckpointId.parse(metrics.group(1)) : Optional.empty();
    return id.map(CheckpointId::term).filter(n -> n <= MOST);
  }

  /** The last term, if there is any. */
  Optional<Term> last() {
    return there.isEmpty() ? Optional.empty() : Optional.of(there.lastEntry().getValue());
  }

  /** Whether the object of a term, or its claim, exists and says where the term began. */
  boolean hasBegun(int number) {
    return there.containsKey(number) && there.get(number).begun();
  }

  /** The term in charge, or the last one that was; only a few objects are read. */
  static Optional<Term> last(ObjectStore run) throws IOException {
    NavigableSet<Integer> listed = listed(run);
    Optional<Term> last = Optional.empty();
    for (int number : listed.descendingSet()) {
      last = readTermOrClaim(run, number);
      if (last.isPresent()) {
        break;
      }
    }
    while (true) {
      Optional<Term> next = readTerm(run, last.map(Term::number).orElse(0) + 1);
      if (next.isEmpty()) {
        return last;
      }
      last = next;
    }
  }

  /** A term after a given one, if there is any. */
  static Optional<Term> after(ObjectStore run, int number) throws IOException {
    for (int newer : listed(run).tailSet(number, false).descendingSet()) {
      Optional<Term> term = readTermOrClaim(run, newer);
      if (term.isPresent()) {
        return term;
      }
    }
    return readTerm(run, number + 1);
  }

  private static NavigableSet<Integer> listed(ObjectStore run) throws IOException {
    NavigableSet<Integer> listed = new TreeSet<>();
    for (Entry entry : run.list(Term.FOLDER)) {
      number(entry.name()).ifPresent(listed::add);
    }
    return listed;
  }

  static Optional<Term> readTermOrClaim(ObjectStore run, int number) throws IOException {
    Optional<Term> term = readTerm(run, number);
    return term.isPresent() ? term : readClaim(run, number);
  }

  static Optional<Term> readTerm(ObjectStore run, int number) throws IOException {
    return read(run, Term.name(number), number);
  }

  static Optional<Term> readClaim(ObjectStore run, int number) throws IOException {
    return read(run, Term.claimName(number), number);
  }

  private static Optional<Term> read(ObjectStore run, String name, int number) throws IOException {
    Term term;
    try {
      term = Json.read(run, name, Term.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    if (term.number() != number) {
      throw new CheckpointProblem(
          run.location()
              + "/"
              + name
              + ": says it is term "
              + term.number()
              + ", which cannot be; restore it");
    }
    return Optional.of(term);
  }

  /**
   * Lost terms as names and ranges of names: {@code terms/0001.json to terms/0004.json}.
   *
   * @param wanted which of them
   */
  List<String> lostNames(IntPredicate wanted) {
    List<String> names = new ArrayList<>();
    int first = 0;
    for (int number : lost) {
      boolean isFirst = !lost.contains(number - 1) || !wanted.test(number - 1);
      boolean isLast = !lost.contains(number + 1) || !wanted.test(number + 1);
      first = isFirst ? number : first;
      if (isLast && wanted.test(number)) {
        names.add(
            first == number ? Term.name(number) : Term.name(first) + " to " + Term.name(number));
      }
    }
    return names;
  }
}
