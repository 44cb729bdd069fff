package org.googlenet.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;
import org.googlenet.storage.Stores;

/**
 * Begins a run anew and moves its earlier content aside, to {@code <run>.old-1} (or -2, and so on).
 *
 * <p>The order is such that an interruption at any point loses nothing: the run is taken by a term
 * that does not begin; terms and other small objects are copied; the checkpoints and the metrics
 * are moved, by a rename if the storage supports it (files, HDFS) and otherwise by copying,
 * manifests after their blobs; a new term goes on from the beginning; then the originals of what
 * was copied are deleted, manifests before their blobs. If it fails before the new term, what was
 * moved is moved back, the copies are deleted, and the run is given back as it was.
 *
 * <p>The terms stay where they are (and are in the copy too): if their numbers were used again, a
 * driver of the old run that wakes up would take itself for a driver of the new one.
 *
 * @param lease the hold on the run, at its beginning
 * @param movedTo where the old run is now; empty if there was none
 */
public record Restart(Lease lease, Optional<String> movedTo) {

  /** In these folders, every object but a manifest may be large. */
  private static final List<String> LARGE = List.of(Manifest.FOLDER, "metrics");

  private static final Comparator<Entry> MANIFESTS_LAST =
      Comparator.comparing(Restart::isManifest).thenComparing(Entry::name);

  /**
   * Restarts a run.
   *
   * @throws RunHeldProblem if another driver holds the run
   */
  public static Restart of(Stores stores, String run, String owner, Duration length, Clock clock)
      throws IOException {
    return of(stores::open, Lease.hold(stores.open(run), owner, length, clock));
  }

  /**
   * Restarts a run that is held.
   *
   * @param places opens a store by its location
   */
  static Restart of(Function<String, ObjectStore> places, Lease lease) throws IOException {
    try {
      List<Entry> objects = movable(lease);
      if (objects.isEmpty()) {
        lease.beginAnew();
        return new Restart(lease, Optional.empty());
      }
      ObjectStore aside = firstFree(places, lease.run().location());
      Moving moving = new Moving(lease, aside);
      moving.moveAll(objects);
      moving.deleteCopied();
      return new Restart(lease, Optional.of(aside.location()));
    } catch (Throwable e) {
      giveBack(lease, e);
      throw e;
    }
  }

  private static void giveBack(Lease lease, Throwable why) {
    try (lease) {
      lease.end();
    } catch (IOException | RuntimeException unreachable) {
      why.addSuppressed(unreachable);
    }
  }

  /** All objects but the term that the lease has just created; none if there are only terms. */
  private static List<Entry> movable(Lease lease) throws IOException {
    List<Entry> objects = new ArrayList<>(lease.run().list(""));
    Term own = lease.term();
    objects.removeIf(
        entry -> entry.name().equals(own.name()) || entry.name().equals(own.claimName()));
    return objects.stream().allMatch(Restart::isTerm) ? List.of() : objects;
  }

  private static ObjectStore firstFree(Function<String, ObjectStore> places, String run)
      throws IOException {
    for (int n = 1; ; n++) {
      ObjectStore aside = places.apply(run + ".old-" + n);
      if (aside.list("").isEmpty()) {
        return aside;
      }
    }
  }

  /** Moves the objects, and keeps track of what has been moved so far. */
  private static final class Moving {

    private final Lease lease;
    private final ObjectStore run;
    private final ObjectStore aside;
    private final List<Entry> copied = new ArrayList<>();

    Moving(Lease lease, ObjectStore aside) {
      this.lease = lease;
      this.run = lease.run();
      this.aside = aside;
    }

    /** Moves all objects, and begins the run anew; if that fails, everything is as it was. */
    void moveAll(List<Entry> objects) throws IOException {
      int before = lease.term().number();
      try {
        copy(objects.stream().filter(entry -> LARGE.stream().noneMatch(f -> isIn(f, entry))));
        for (String folder : LARGE) {
          lease.check();
          if (!run.move(folder, aside)) {
            copy(objects.stream().filter(entry -> isIn(folder, entry)));
          }
        }
        lease.rewind(Optional.empty());
      } catch (Throwable e) {
        undo(before, e);
        throw e;
      }
    }

    private void copy(Stream<Entry> objects) throws IOException {
      for (Entry object : objects.sorted(MANIFESTS_LAST).toList()) {
        lease.check();
        copied.add(object);
        try {
          aside.create(
              object.name(),
              out -> {
                try (InputStream in = run.read(object.name())) {
                  in.transferTo(out);
                }
              });
        } catch (FileNotFoundException e) {
          // The last holder of the run was still deleting it, the manifest before the blobs.
        }
      }
    }

    /**
     * Undoes the move, unless the new term exists: then what it left behind must stay aside. A
     * folder that was copied is still in the run, where {@code move} does not replace it.
     */
    private void undo(int before, Throwable why) {
      try {
        if (Terms.after(run, before).filter(Term::begun).isEmpty()) {
          for (String folder : LARGE) {
            aside.move(folder, run);
          }
          for (Entry copy : copied) {
            aside.delete(copy.name());
          }
        }
      } catch (IOException | RuntimeException e) {
        why.addSuppressed(e);
      }
    }

    void deleteCopied() throws IOException {
      for (Entry object : copied.stream().sorted(MANIFESTS_LAST.reversed()).toList()) {
        if (!isTerm(object)) {
          lease.check();
          run.delete(object.name());
        }
      }
    }
  }

  private static boolean isTerm(Entry entry) {
    return isIn(Term.FOLDER, entry);
  }

  private static boolean isIn(String folder, Entry entry) {
    return entry.name().startsWith(folder + "/");
  }

  private static boolean isManifest(Entry entry) {
    return isIn(Manifest.FOLDER, entry) && entry.name().split("/", -1).length == 2;
  }
}
