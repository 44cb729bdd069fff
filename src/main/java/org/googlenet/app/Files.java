package org.googlenet.app;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.StorageRefused;
import org.googlenet.storage.Stores;

/** Reads single files that the command line names, from wherever they are. */
final class Files {

  private static final int LARGEST = 64 << 20;

  private Files() {}

  /** A small text file in UTF-8. */
  static String text(Stores stores, String location) {
    return new String(bytes(stores, location), StandardCharsets.UTF_8);
  }

  /**
   * A file of at most 64 MiB.
   *
   * @throws StorageRefused if it does not exist
   */
  static byte[] bytes(Stores stores, String location) {
    int slash = location.lastIndexOf('/');
    String folder = slash < 0 ? "." : location.substring(0, Math.max(1, slash));
    try {
      return stores.open(folder).readBytes(location.substring(slash + 1), LARGEST);
    } catch (FileNotFoundException e) {
      throw new StorageRefused(location + ": there is no such file; check the path", e);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }
}
