package org.googlenet.checkpoint;

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
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Entry;
import org.googlenet.storage.Stores;

/**
 * Begins a run anew and moves what it was aside, to {@code <run>.old-1} (or -2, and so on).
 *
 * <p>Stores have no rename, so moving is copying and deleting, in an order that loses nothing
 * wherever it breaks off: the run is taken; everything is copied, manifests after their blobs; a
 * new term goes on from the beginning; then the old objects go, manifests before their blobs. The
 * terms stay where they are (and in the copy): were their numbers used again, a driver of the old
 * run that wakes would take itself for one of the new.
 *
 * @param lease the hold on the run, at its beginning
 * @param movedTo where the old run is now; empty if there was none
 */
public record Restart(Lease lease, Optional<String> movedTo) {

  /**
   * Restarts a run.
   *
   * @throws RunHeldProblem if another driver holds the run
   */
  public static Restart of(Stores stores, String run, String owner, Duration length, Clock clock)
      throws IOException {
    return of(stores::open, Lease.acquire(stores.open(run), owner, length, clock));
  }

  /**
   * Restarts a run that is held.
   *
   * @param places opens a place by its location
   */
  static Restart of(Function<String, ObjectStore> places, Lease lease) throws IOException {
    ObjectStore old = lease.run();
    try {
      List<Entry> objects = movable(old, lease);
      if (objects.isEmpty()) {
        return new Restart(lease, Optional.empty());
      }
      ObjectStore aside = firstFree(places, old.location());
      copy(objects, old, aside, lease);
      lease.rewind(Optional.empty());
      delete(objects, old, lease);
      return new Restart(lease, Optional.of(aside.location()));
    } catch (Throwable e) {
      lease.close();
      throw e;
    }
  }

  /** All objects but the term that the lease has just made; none if only terms are there. */
  private static List<Entry> movable(ObjectStore run, Lease lease) throws IOException {
    List<Entry> objects = new ArrayList<>(run.list(""));
    objects.removeIf(entry -> entry.name().equals(lease.term().name()));
    if (objects.stream().allMatch(entry -> entry.name().startsWith(Term.FOLDER + "/"))) {
      return List.of();
    }
    objects.sort(Comparator.comparing(Restart::isManifest).thenComparing(Entry::name));
    return objects;
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

  private static void copy(List<Entry> objects, ObjectStore from, ObjectStore to, Lease lease)
      throws IOException {
    for (Entry object : objects) {
      lease.check();
      try {
        to.create(
            object.name(),
            out -> {
              try (InputStream in = from.read(object.name())) {
                in.transferTo(out);
              }
            });
      } catch (FileNotFoundException e) {
        // Whoever held the run before us was still deleting it, the manifest before the blobs.
      }
    }
  }

  private static void delete(List<Entry> objects, ObjectStore run, Lease lease) throws IOException {
    List<Entry> manifestsFirst = new ArrayList<>(objects);
    manifestsFirst.sort(Comparator.comparing(Restart::isManifest).reversed());
    for (Entry object : manifestsFirst) {
      if (!object.name().startsWith(Term.FOLDER + "/")) {
        lease.check();
        run.delete(object.name());
      }
    }
  }

  private static boolean isManifest(Entry entry) {
    return entry.name().startsWith(Manifest.FOLDER + "/")
        && entry.name().split("/", -1).length == 2;
  }
}
