package org.googlenet.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.common.Daemons;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/** Finds the runs below a folder by one listing, and reads how each of them stands. */
final class RunsFound {

  /** Runs that are read at the same time; most of the time is waiting for the storage. */
  private static final int AT_ONCE = 8;

  /** What only a run has. */
  private static final Pattern OF_RUN =
      Pattern.compile(
          "(?:(.*)/)?(?:terms/[0-9]{4,9}(?:\\.claim)?|checkpoints/[0-9]{6,9}-[0-9]{4,9})\\.json");

  private static final String ITSELF = ".";

  private RunsFound() {}

  /**
   * The runs, and the folders that have none, the newest first; empty if there is no folder.
   *
   * @param now milliseconds since 1970
   */
  static List<RunRow> below(Stores stores, String folder, long now) throws IOException {
    ObjectStore store = stores.open(folder);
    Map<String, Boolean> found = found(store.list(""));
    ExecutorService readers = Daemons.pool(AT_ONCE, "reader of runs");
    try {
      List<Future<RunRow>> reading = new ArrayList<>();
      found.forEach(
          (name, isRun) -> {
            ObjectStore each =
                name.equals(ITSELF) ? store : stores.open(store.location() + "/" + name);
            reading.add(
                readers.submit(
                    () ->
                        isRun
                            ? RunRow.read(name, each, now)
                            : RunRow.without(name, each, "none", "there is no run in it")));
          });
      List<RunRow> rows = new ArrayList<>();
      for (Future<RunRow> one : reading) {
        rows.add(Daemons.outcome(one));
      }
      rows.sort(RunRow.NEWEST_FIRST);
      return rows;
    } finally {
      readers.shutdownNow();
    }
  }

  /** The names of the runs below a folder in their order, without reading them. */
  static List<String> names(ObjectStore folder) throws IOException {
    return found(folder.list("")).entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The runs by name, and the folders of the first level in which there are none. */
  private static Map<String, Boolean> found(List<ObjectStore.Entry> entries) {
    Map<String, Boolean> found = new TreeMap<>();
    for (ObjectStore.Entry entry : entries) {
      Matcher ofRun = OF_RUN.matcher(entry.name());
      if (ofRun.matches()) {
        found.put(ofRun.group(1) == null ? ITSELF : ofRun.group(1), true);
      }
    }
    for (ObjectStore.Entry entry : entries) {
      int slash = entry.name().indexOf('/');
      if (slash > 0 && !found.containsKey(ITSELF)) {
        String folder = entry.name().substring(0, slash);
        boolean hasRun =
            found.keySet().stream().anyMatch(run -> (run + "/").startsWith(folder + "/"));
        if (!hasRun) {
          found.put(folder, false);
        }
      }
    }
    return found;
  }
}
