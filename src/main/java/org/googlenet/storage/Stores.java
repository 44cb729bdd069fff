package org.googlenet.storage;

import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Opens stores by URI or plain path. It travels with Spark's tasks, so that an executor opens the
 * same store: with the same Hadoop properties, and a relative path in the driver's working folder.
 */
public final class Stores implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A scheme is followed by a '/', so that {@code runs:1} stays the name of a folder. */
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/.*");

  private final HashMap<String, String> hadoop;
  private final String workingFolder;

  /**
   * Stores with Hadoop properties (such as {@code fs.s3a.endpoint}) on top of the {@code
   * core-site.xml} of the class path.
   */
  public Stores(Map<String, String> hadoop) {
    this(hadoop, Path.of(""));
  }

  /** The same with another working folder than this process has. */
  Stores(Map<String, String> hadoop, Path workingFolder) {
    this.hadoop = new HashMap<>(hadoop);
    this.workingFolder = workingFolder.toAbsolutePath().toString();
  }

  /**
   * Opens a place; nothing is asked before the first call, and nothing made before the first write.
   *
   * @param location {@code hdfs:} or {@code s3a:} URI, or a {@code file:} URI or path of this
   *     machine (whatever {@code fs.defaultFS} says)
   * @throws StorageRefused if the location is malformed or of another kind
   * @throws StorageProblem if the storage's client cannot be made
   */
  public ObjectStore open(String location) {
    if (location.isBlank() || location.chars().anyMatch(Character::isISOControl)) {
      throw new StorageRefused("a location is empty or has control characters; give a path or URI");
    }
    Matcher scheme = SCHEME.matcher(location);
    if (!scheme.matches()) {
      return file(location, location);
    }
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "file" -> file(location, location.replaceFirst("(?i)^file:(//(?=/))?", ""));
      case "hdfs", "s3a" -> HadoopStore.open(location, hadoop);
      default ->
          throw new StorageRefused(
              location
                  + ": storage of kind '"
                  + scheme.group(1)
                  + "' is not known to keep two writers apart; use a path, file:, hdfs: or s3a:");
    };
  }

  /**
   * Says that this process is to end: storage that fails, or does not answer, is given up when a
   * time is over, also by calls that are under way, and not asked again after it. What still
   * answers is let end: a write within half a minute.
   *
   * @param time from now, for all calls together
   */
  public static void hurry(Duration time) {
    ShutdownDeadline.until(System.nanoTime() + time.toNanos());
  }

  /** Takes {@link #hurry} back. */
  public static void stopHurrying() {
    ShutdownDeadline.end();
  }

  private ObjectStore file(String location, String path) {
    try {
      return new FileStore(
          withoutLastSlash(location),
          Path.of(workingFolder).resolve(path),
          HadoopDefaults.duration(given(), HadoopDefaults.DEADLINE));
    } catch (InvalidPathException e) {
      throw new StorageRefused(location + ": is not a path; " + OneLine.of(e), e);
    }
  }

  /** What was given here; Hadoop's own files take time to read and do not speak of files. */
  private Configuration given() {
    Configuration configuration = new Configuration(false);
    hadoop.forEach(configuration::set);
    return configuration;
  }

  private static String withoutLastSlash(String location) {
    return location.length() > 1 && location.endsWith("/")
        ? location.substring(0, location.length() - 1)
        : location;
  }
}
