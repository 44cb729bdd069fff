package org.googlenet.storage;

import java.util.UUID;

/** Object names, as all stores treat them: the check, and the hidden names of unfinished writes. */
final class Names {

  private Names() {}

  static String checked(String location, String name) {
    if (!ObjectStore.isName(name)) {
      throw new StorageRefused(
          location
              + ": '"
              + printable(name)
              + "' is not a name of an object; names are relative, with '/' between segments that"
              + " are not empty and do not begin with a dot");
    }
    return name;
  }

  /** The folder that a listing's prefix names, without a '/' at its end. */
  static String folder(String location, String prefix) {
    String folder = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return prefix.isEmpty() ? "" : checked(location, folder);
  }

  /** A name beside {@code fileName} that listings leave out and no other writer uses. */
  static String unfinished(String fileName) {
    return "." + fileName + "." + UUID.randomUUID().toString().substring(0, 13) + ".tmp";
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
