package org.googlenet.storage;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** How one kind of storage behind Hadoop's clients publishes an object as a whole. */
interface Writer {

  /**
   * Creates an object that does not exist.
   *
   * @throws NameTaken if it exists
   */
  void create(Path path, ObjectStore.Body body) throws IOException;

  /** Creates an object or replaces it. */
  void overwrite(Path path, ObjectStore.Body body) throws IOException;

  /**
   * Moves a folder in one step; if it does not exist, it counts as moved already.
   *
   * @return false if the storage cannot do this, or the target exists
   */
  boolean move(Path folder, Path target) throws IOException;

  /**
   * Called after a delete: whatever the storage keeps for folders without objects may be removed.
   */
  void deleteEmptyFolders(Path innermost, Path root) throws IOException;
}
