package org.googlenet.storage;

import java.util.Map;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;

/**
 * A kind of storage, found by the scheme of its URIs in lower case, such as {@code s3a}. Its stores
 * must keep all promises of {@link ObjectStore}, since a run's checkpoints rely on them.
 */
public interface StorageScheme extends Named {

  /** All schemes that are available. */
  static NamedServices<StorageScheme> all() {
    return NamedServices.of(StorageScheme.class, "storage scheme");
  }

  /**
   * Opens a location; nothing is asked before the first call, and nothing is created before the
   * first write. Called for each task, so connections should be shared.
   *
   * @param location as the user named it, with the scheme in any case
   * @param properties Hadoop properties on top of those of the class path; a storage of another
   *     kind may have some of its own among them
   * @throws StorageRefused if the location is malformed
   * @throws StorageProblem if the storage's client cannot be created
   */
  ObjectStore open(String location, Map<String, String> properties);
}
