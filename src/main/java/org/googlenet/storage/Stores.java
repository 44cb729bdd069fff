package org.googlenet.storage;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.common.NamedServices;

/**
 * Opens stores by URI or plain path. It is serialised with Spark's tasks, so that an executor opens
 * the same store: with the same Hadoop properties, and a relative path in the driver's working
 * folder.
 */
public final class Stores implements Serializable {

  private static final long serialVersionUID = 1L;

  private final HashMap<String, String> hadoop;
  private final String workingFolder;

  /**
   * Stores with Hadoop properties (such as {@code fs.s3a.endpoint}) on top of the {@code
   * core-site.xml} of the class path.
   */
  public Stores(Map<String, String> hadoop) {
    this(hadoop, Path.of(""));
  }

  /** The same with a working folder other than this process's. */
  Stores(Map<String, String> hadoop, Path workingFolder) {
    this.hadoop = new HashMap<>(hadoop);
    this.workingFolder = workingFolder.toAbsolutePath().toString();
  }

  /**
   * Opens a location; nothing is asked before the first call, and nothing is created before the
   * first write.
   *
   * @param location a URI of one of the {@link StorageScheme}s, or a path of this machine (whatever
   *     {@code fs.defaultFS} is)
   * @throws StorageRefused if the location is malformed or its scheme is not known
   * @throws StorageProblem if the storage's client cannot be created
   */
  public ObjectStore open(String location) {
    if (location.isBlank() || location.chars().anyMatch(Character::isISOControl)) {
      throw new StorageRefused("a location is empty or has control characters; give a path or URI");
    }
    Optional<String> scheme = Location.scheme(location);
    if (scheme.isEmpty()) {
      return FileScheme.open(location, location, workingFolder, hadoop);
    }
    NamedServices<StorageScheme> schemes = StorageScheme.all();
    return schemes
        .find(scheme.get().toLowerCase(Locale.ROOT))
        .orElseThrow(() -> unknown(location, scheme.get(), schemes.names()))
        .open(location, Collections.unmodifiableMap(hadoop));
  }

  private static StorageRefused unknown(String location, String scheme, List<String> names) {
    return new StorageRefused(
        "%s: storage of kind '%s' is not known to keep two writers apart; use a path, %s: or %s:"
            .formatted(
                location,
                scheme,
                String.join(":, ", names.subList(0, names.size() - 1)),
                names.get(names.size() - 1)));
  }

  /**
   * Announces that this process is about to end: once the time is over, calls to a storage that
   * fails or does not answer are given up, including those in progress, and it is not asked again.
   * Calls that are still being answered may finish: a write within half a minute.
   *
   * @param time from now, for all calls together
   */
  public static void hurry(Duration time) {
    ShutdownDeadline.until(System.nanoTime() + time.toNanos());
  }

  /** Cancels {@link #hurry}. */
  public static void stopHurrying() {
    ShutdownDeadline.end();
  }
}
