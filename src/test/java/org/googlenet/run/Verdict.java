package org.googlenet.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;

/**
 * What the next driver would find in a store, and whether that may be.
 *
 * <p>A checkpoint's rounds are those trained from the beginning, each as term, owner and number:
 * {@code "1a1 1a2 2b3 "}.
 *
 * @param problem what is wrong, or ""
 * @param history the rounds of each checkpoint of the history that verifies
 * @param owners each term's number and owner
 * @param newest the rounds that the next driver would go on from; "" for the beginning
 * @param aside the same for the run that a restart moved aside
 * @param term the number of the last term, or 0
 * @param owner of the last term
 * @param deadline of the last term; the earliest time if it has ended
 * @param whole where objects may be lost, the rounds of each checkpoint that verifies, be it of the
 *     history or not
 * @param said whether the next driver says that something is gone, or damaged
 * @param highest the highest number of a term that any object tells of
 */
record Verdict(
    String problem,
    List<String> history,
    Set<String> owners,
    String newest,
    String aside,
    int term,
    String owner,
    long deadline,
    List<String> whole,
    boolean said,
    int highest) {

  /** What the next driver has that says what is wrong and ends with code 2. */
  static final String REFUSED = "refused";

  private static final Pattern ROUND = Pattern.compile("(\\d+)([a-z])(\\d+) ");
  private static final Clock LATE = Clock.fixed(Instant.ofEpochSecond(1L << 40), ZoneOffset.UTC);

  /** Whether a checkpoint, or one that descends from it, is in the history or was moved aside. */
  boolean holds(String rounds) {
    return aside.startsWith(rounds) || history.stream().anyMatch(held -> held.startsWith(rounds));
  }

  /** Whether the term of the last of some rounds is that of the driver who trained it. */
  boolean isOwners(String rounds) {
    String last = rounds.strip().replaceFirst(".* ", "");
    return owners.contains(last.replaceFirst("\\d+$", ""));
  }

  boolean isOver(long now) {
    return term > 0 && now >= deadline;
  }

  /**
   * Looks at the store.
   *
   * @param bounds whether every checkpoint of the history must verify and descend from the one
   *     before
   */
  static Verdict of(Contents contents, Bounds bounds) {
    boolean strict = bounds.strict();
    try {
      ObjectStore run = store(contents, Drivers.RUN);
      RunHistory history = RunHistory.read(run);
      int highest = Terms.read(run, null).highest();
      List<String> rounds = new ArrayList<>();
      Set<String> owners = new HashSet<>();
      history.terms().forEach(each -> owners.add(each.number() + each.owner()));
      // A frozen driver of a run that is being moved aside may add a manifest to moved blobs.
      boolean isMoving = !contents.list(Drivers.ASIDE).isEmpty();
      boolean readable = history.warnings().isEmpty() || bounds.isLossy() || isMoving;
      String problem = readable ? "" : "cannot be read: " + history.warnings();
      for (Manifest manifest : history.checkpoints()) {
        Checkpoint checkpoint = new Checkpoint(run, manifest);
        Optional<String> defect = checkpoint.defect();
        if (defect.isPresent()) {
          problem =
              strict && !bounds.isLossy() && !isMoving
                  ? "half a checkpoint: " + manifest.id() + ": " + defect.get()
                  : problem;
          continue;
        }
        String own = Drivers.rounds(checkpoint);
        String last = rounds.isEmpty() ? "" : rounds.get(rounds.size() - 1);
        if (!isOneChain(own, manifest) || (strict && !own.startsWith(last))) {
          problem = "a mixed history: " + manifest.id() + " is " + own + "after " + last;
        }
        rounds.add(own);
      }
      Term term = history.lastTerm().orElse(null);
      String next = nextOrRefused(run);
      return new Verdict(
          problem,
          rounds,
          owners,
          next,
          contents.list(Drivers.ASIDE).isEmpty()
              ? ""
              : nextOrRefused(store(contents, Drivers.ASIDE)),
          term == null ? 0 : term.number(),
          term == null ? "" : term.owner(),
          term == null || term.ended() ? Long.MIN_VALUE : term.deadline(),
          bounds.isLossy() ? whole(contents) : List.of(),
          !history.newestThatVerifies(run).warnings().isEmpty() || next.equals(REFUSED),
          highest);
    } catch (IOException | RuntimeException e) {
      return new Verdict(
          "the next driver fails: " + e, List.of(), Set.of(), "", "", 0, "", 0, List.of(), true, 0);
    }
  }

  private static String nextOrRefused(ObjectStore run) throws IOException {
    try {
      return next(run);
    } catch (CheckpointProblem e) {
      return REFUSED;
    }
  }

  /** The rounds of all checkpoints, here and aside, that verify. */
  private static List<String> whole(Contents contents) throws IOException {
    List<String> whole = new ArrayList<>();
    for (String folder : List.of(Drivers.RUN, Drivers.ASIDE)) {
      ObjectStore run = store(contents, folder);
      for (CheckpointId id : Terms.read(run, null).manifests()) {
        Checkpoint checkpoint = new Checkpoint(run, Checkpoint.readManifest(run, id).orElseThrow());
        if (checkpoint.defect().isEmpty()) {
          whole.add(Drivers.rounds(checkpoint));
        }
      }
    }
    return whole;
  }

  /** Whether a checkpoint is there and verifies. */
  boolean isThere(String rounds) {
    return whole.contains(rounds);
  }

  /** Whether nothing is left that could tell of some rounds. */
  boolean hasForgotten(String rounds) {
    String last = rounds.strip().replaceFirst(".* ", "");
    return highest < Integer.parseInt(last.replaceFirst("[a-z].*", ""));
  }

  /** Whether the next driver, or the run that was moved aside, has a checkpoint. */
  boolean has(String rounds) {
    return newest.startsWith(rounds) || aside.startsWith(rounds);
  }

  /** What a driver would go on from that takes the run now that no other is left. */
  private static String next(ObjectStore run) throws IOException {
    Optional<Manifest> start =
        Lease.acquire(run, "next", Runs.LEASE, LATE, Drivers.NO_RENEWAL).start();
    return start.isEmpty() ? "" : Drivers.rounds(new Checkpoint(run, start.get()));
  }

  /**
   * Rounds 1, 2, 3 ..., the terms never falling, each term one owner's, the last the manifest's.
   */
  private static boolean isOneChain(String rounds, Manifest manifest) {
    Matcher each = ROUND.matcher(rounds);
    int count = 0;
    int term = 0;
    String owner = "";
    while (each.find()) {
      count++;
      int ownTerm = Integer.parseInt(each.group(1));
      String ownOwner = each.group(2);
      if (Integer.parseInt(each.group(3)) != count
          || ownTerm < term
          || (ownTerm == term && !ownOwner.equals(owner))) {
        return false;
      }
      term = ownTerm;
      owner = ownOwner;
    }
    return count == manifest.round() && term == manifest.term() && owner.equals(manifest.owner());
  }

  private static ObjectStore store(Contents contents, String folder) throws IOException {
    ObjectStore store = new MemoryStore();
    for (String name : contents.list(folder)) {
      String text = contents.get(name);
      store.overwrite(
          name.substring(folder.length() + 1), ObjectStore.Body.of(text.getBytes(ISO_8859_1)));
    }
    return store;
  }
}
