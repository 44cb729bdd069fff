package org.googlenet.storage;

import java.io.IOException;

/** A store, for tests, whose folders can be renamed in one step, as those of file systems can. */
@FunctionalInterface
public interface Renaming {

  /**
   * Renames a folder; one that is not there is renamed already.
   *
   * @return false, and nothing is changed, if there is one of the new name
   */
  boolean rename(String from, String to) throws IOException;
}
