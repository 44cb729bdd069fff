package org.googlenet.registry;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.common.Sha256;
import org.googlenet.run.Blobs;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Json;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;

/**
 * Writes a model that no run has trained into a folder of models, without making it the champion.
 * Its manifest is written last; the same model again changes nothing.
 */
public final class NewModel {

  /** What stands for the checkpoint of a model that has none. */
  private static final CheckpointId NO_CHECKPOINT = new CheckpointId(0, 1);

  private NewModel() {}

  /**
   * Writes a model.
   *
   * @param models the folder of models
   * @param version the name of the model's folder in it
   * @param from where the model comes from, which its manifest has as its run
   * @param blobs by their names in the folder
   * @param by who writes it
   * @throws CheckpointProblem if another model has the name
   */
  public static SavedModel create(
      Models models,
      String version,
      String from,
      Metadata metadata,
      Map<String, byte[]> blobs,
      String by,
      Clock clock)
      throws IOException {
    Map<String, Manifest.Blob> expected = new TreeMap<>();
    blobs.forEach(
        (name, bytes) -> expected.put(name, new Manifest.Blob(bytes.length, Sha256.of(bytes))));
    Optional<SavedModel> there = models.find(version);
    if (there.isPresent()) {
      requireSame(there.get(), expected);
      return there.get();
    }
    ObjectStore store = models.store();
    for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
      create(store, version, version + "/" + blob.getKey(), blob.getValue());
    }
    ModelManifest manifest =
        new ModelManifest(version, from, NO_CHECKPOINT, clock.millis(), by, metadata, expected);
    try {
      store.create(ModelManifest.name(version), Json.body(manifest));
    } catch (FileAlreadyExistsException e) {
      return models.find(version).orElseThrow(() -> e); // the same command was faster elsewhere
    }
    Optional<String> defect = new Blobs(store, version, expected).defect();
    if (defect.isPresent()) {
      throw new CheckpointProblem(
          "%s/%s: is damaged: %s; delete it and write it again"
              .formatted(store.location(), version, defect.get()));
    }
    return SavedModel.of(manifest, store, version);
  }

  private static void requireSame(SavedModel there, Map<String, Manifest.Blob> expected) {
    if (!there.blobs().expected().equals(expected)) {
      throw another(there.blobs().location(), null);
    }
  }

  private static void create(ObjectStore store, String version, String name, byte[] bytes)
      throws IOException {
    try {
      store.create(name, ObjectStore.Body.of(bytes));
    } catch (FileAlreadyExistsException e) {
      throw another(store.location() + "/" + version, e);
    }
  }

  private static CheckpointProblem another(String location, Throwable cause) {
    return new CheckpointProblem(
        location + ": there is another model; write to another folder, or delete this one", cause);
  }
}
