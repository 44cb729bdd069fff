package org.googlenet.registry;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;

/**
 * What a promoted model consists of and where it came from, as stored in {@code
 * <version>/manifest.json} of a folder of models. It is written last: without it there is no model.
 *
 * @param version the name of the model's folder
 * @param run path or URI of the run that trained it, as it was named then
 * @param checkpoint the run's checkpoint
 * @param created milliseconds since 1970
 * @param by who made the copy
 * @param metadata of the checkpoint
 * @param blobs by their names in the folder
 */
record ModelManifest(
    String version,
    String run,
    CheckpointId checkpoint,
    long created,
    String by,
    Metadata metadata,
    Map<String, Manifest.Blob> blobs) {

  private static final String NAME = "manifest.json";

  ModelManifest {
    if (!Models.isVersion(version) || !blobs.keySet().stream().allMatch(ObjectStore::isName)) {
      throw new IllegalArgumentException("version '" + version + "' of " + blobs.keySet());
    }
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(metadata, "metadata");
    blobs = Collections.unmodifiableMap(new TreeMap<>(blobs));
  }

  /** The manifest's name in a folder; "" for the store itself. */
  static String name(String folder) {
    return folder.isEmpty() ? NAME : folder + "/" + NAME;
  }
}
