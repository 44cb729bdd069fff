package org.googlenet.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Folders of this machine, by {@code file:} URIs and by plain paths. */
public final class FileScheme implements StorageScheme {

  @Override
  public String name() {
    return "file";
  }

  @Override
  public ObjectStore open(String location, Map<String, String> properties) {
    return open(location, location.replaceFirst("(?i)^file:(//(?=/))?", ""), "", properties);
  }

  /**
   * Opens a folder by its path.
   *
   * @param location how messages name it
   * @param workingFolder what a relative path is relative to
   */
  static FileStore open(
      String location, String path, String workingFolder, Map<String, String> properties) {
    try {
      return new FileStore(
          withoutLastSlash(location),
          Path.of(workingFolder).resolve(path),
          HadoopDefaults.duration(configuration(properties), HadoopDefaults.DEADLINE));
    } catch (InvalidPathException e) {
      throw new StorageRefused(
          location
              + ": is not a path ("
              + OneLine.of(e)
              + "); if it has letters beyond ASCII, start Java with LC_ALL=C.UTF-8",
          e);
    }
  }

  /** Only the given properties: Hadoop's own files are slow to read and say nothing about files. */
  private static Configuration configuration(Map<String, String> properties) {
    Configuration configuration = new Configuration(false);
    properties.forEach(configuration::set);
    return configuration;
  }

  private static String withoutLastSlash(String location) {
    return location.length() > 1 && location.endsWith("/")
        ? location.substring(0, location.length() - 1)
        : location;
  }
}
