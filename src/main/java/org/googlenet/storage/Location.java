package org.googlenet.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An absolute place of a folder or file, so that places can be compared and taken apart.
 *
 * @param store scheme and authority of a URI: {@code s3a://bucket}, {@code hdfs:}; empty for a path
 *     of this machine
 * @param path from {@code /} on; without a slash at its end unless it is the root
 */
public record Location(String store, String path) {

  /** A scheme is followed by a '/', so that {@code runs:1} stays the name of a folder. */
  private static final Pattern URI =
      Pattern.compile("(([A-Za-z][A-Za-z0-9+.-]+):(?=/)(//[^/]*+)?+)(.*)");

  private static final Pattern FILE = Pattern.compile("(?i)file:(//)?");

  /** Whether a text is a URI and not a path. */
  public static boolean isUri(String text) {
    return URI.matcher(text).matches();
  }

  /** Whether a text is a URI, or a path from {@code /} on. */
  public static boolean isAbsolute(String text) {
    return text.startsWith("/") || isUri(text);
  }

  /** The scheme of a URI; empty if the text is a path. */
  static Optional<String> scheme(String text) {
    Matcher uri = URI.matcher(text);
    return uri.matches() ? Optional.of(uri.group(2)) : Optional.empty();
  }

  /**
   * The place that the user named.
   *
   * @param text a path, relative to this process's folder, or a URI
   * @throws StorageRefused if it is neither
   */
  public static Location of(String text) {
    if (isUri(text)) {
      return absolute(text);
    }
    try {
      return new Location("", Path.of(text).toAbsolutePath().normalize().toString());
    } catch (InvalidPathException e) {
      throw new StorageRefused(text + ": is not a path; name a path or URI", e);
    }
  }

  /** The place of a text that {@link #isAbsolute}; a {@code file:} URI is a path. */
  public static Location absolute(String text) {
    Matcher uri = URI.matcher(text);
    boolean isUri = uri.matches();
    String store = isUri ? uri.group(1) : "";
    String path = (isUri ? uri.group(4) : text).replaceFirst("/+$", "");
    return new Location(FILE.matcher(store).matches() ? "" : store, path.isEmpty() ? "/" : path);
  }

  /** The place as a path or URI. */
  public String text() {
    boolean hasAuthority = store.contains("//") && !store.endsWith("//");
    return isRoot() && hasAuthority ? store : store + path;
  }

  /** Whether nothing lies above. */
  public boolean isRoot() {
    return path.equals("/");
  }

  /** The folder that this lies in; itself if it is a root. */
  public Location folder() {
    return new Location(store, path.substring(0, Math.max(1, path.lastIndexOf('/'))));
  }

  /** The last part of the name; empty if it is a root. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** What lies in this folder under a name. */
  public Location resolve(String below) {
    return new Location(store, withSlash() + below);
  }

  /** The same place without empty parts, {@code .} and {@code ..} in its path. */
  public Location normalized() {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return new Location(store, "/" + String.join("/", parts));
  }

  /** Whether the other is this folder, or lies below it. */
  public boolean holds(Location other) {
    return other.store.equals(store)
        && (other.path.equals(path) || other.path.startsWith(withSlash()));
  }

  /** The name in this folder of what it {@link #holds}. */
  public String nameOf(Location other) {
    return other.path.substring(withSlash().length());
  }

  private String withSlash() {
    return isRoot() ? path : path + "/";
  }

  /** The lowest folder that holds all of some folders; empty if they are in different stores. */
  public static Optional<Location> common(List<Location> folders) {
    Location common = folders.get(0);
    for (Location folder : folders) {
      if (!folder.store.equals(common.store)) {
        return Optional.empty();
      }
      while (!common.holds(folder)) {
        common = common.folder();
      }
    }
    return Optional.of(common);
  }

  @Override
  public String toString() {
    return text();
  }
}
