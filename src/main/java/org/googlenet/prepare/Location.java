package org.googlenet.prepare;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An absolute place, so that two of them can be compared: the folder's or file's path, and before
 * it the scheme and authority if it is a URI.
 *
 * @param text a path from {@code /} on, or a URI; without a slash at its end unless it is a root
 */
record Location(String text) {

  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Pattern FILE = Pattern.compile("(?i)file:(//)?(?=/)");

  /**
   * The place that the user named.
   *
   * @param location a path, relative to this process's folder, or a URI
   */
  static Location of(String location) {
    String path = FILE.matcher(location).replaceFirst("");
    if (URI.matcher(path).matches()) {
      return new Location(path.replaceFirst("(?<=[^/:])/+$", ""));
    }
    try {
      return new Location(Path.of(path).toAbsolutePath().normalize().toString());
    } catch (InvalidPathException e) {
      throw new PrepareRefused(location + ": is not a path; name a path or URI");
    }
  }

  /** The folder that this lies in; itself if it is a root. */
  Location folder() {
    int slash = text.lastIndexOf('/');
    if (slash <= 0) {
      return new Location("/");
    }
    boolean isRoot = text.charAt(slash - 1) == '/' || text.charAt(slash - 1) == ':';
    return isRoot ? this : new Location(text.substring(0, slash));
  }

  /** The last part of the name. */
  String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** What lies in this folder under a name. */
  Location resolve(String below) {
    return new Location(text.endsWith("/") ? text + below : text + "/" + below);
  }

  /** Whether the other is this folder, or lies below it. */
  boolean holds(Location other) {
    return other.text.equals(text) || other.text.startsWith(withSlash());
  }

  /** The name in this folder of what it {@link #holds}. */
  String nameOf(Location other) {
    return other.text.substring(withSlash().length());
  }

  private String withSlash() {
    return text.endsWith("/") ? text : text + "/";
  }

  /**
   * The lowest folder that holds all of some folders.
   *
   * @throws PrepareRefused if there is none, as they are in different stores
   */
  static Location common(List<Location> folders) {
    Location common = folders.get(0);
    for (Location folder : folders) {
      while (!common.holds(folder)) {
        Location above = common.folder();
        if (above.equals(common) || above.text.endsWith(":/") || above.text.endsWith("//")) {
          throw new PrepareRefused(
              "%s and %s lie in different stores; index them as data sets of their own"
                  .formatted(folders.get(0).text, folder.text));
        }
        common = above;
      }
    }
    return common;
  }

  @Override
  public String toString() {
    return text;
  }
}
