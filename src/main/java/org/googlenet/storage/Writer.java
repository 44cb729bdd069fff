package org.googlenet.storage;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** How one kind of storage behind Hadoop publishes an object as a whole. */
interface Writer {

  /**
   * Makes an object that does not exist.
   *
   * @throws NameTaken if it does
   */
  void create(Path path, ObjectStore.Body body) throws IOException;

  /** Makes an object or replaces it. */
  void overwrite(Path path, ObjectStore.Body body) throws IOException;

  /**
   * Moves a folder in one step; one that is not there is moved already.
   *
   * @return false if the storage cannot do that, or the target is there
   */
  boolean move(Path folder, Path target) throws IOException;

  /** Called after a delete: what the storage keeps of folders without objects may go. */
  void deleteEmptyFolders(Path innermost, Path root) throws IOException;
}
