package org.googlenet.registry;

import java.io.IOException;
import java.util.Optional;
import org.googlenet.run.Blobs;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * A model in storage, in a checkpoint or promoted.
 *
 * @param version its name among promoted models; for a checkpoint, the name that it would get:
 *     {@code sample-000120-0003}
 * @param run path or URI of the run that trained it, as it was named then
 * @param checkpoint the run's checkpoint
 * @param created when the checkpoint was written or promoted, in milliseconds since 1970
 * @param metadata how far the training was, and how good the model is
 */
public record SavedModel(
    String version,
    String run,
    CheckpointId checkpoint,
    long created,
    Metadata metadata,
    Blobs blobs) {

  /**
   * The model that a location names: that of a checkpoint's folder, a promoted one, the champion of
   * a folder of models, or that of a run's newest checkpoint that verifies.
   *
   * @throws CheckpointProblem if there is none
   */
  public static SavedModel open(Stores stores, String location) throws IOException {
    if (Checkpoint.isSpeltBy(location)) {
      return of(Checkpoint.at(stores, location));
    }
    ObjectStore store = stores.open(location);
    Optional<SavedModel> promoted = promoted(store);
    return promoted.isPresent() ? promoted.get() : of(Checkpoint.newest(store));
  }

  /** The same without runs: empty for a run, which does not name one model by itself. */
  public static Optional<SavedModel> named(Stores stores, String location) throws IOException {
    return Checkpoint.isSpeltBy(location)
        ? Optional.of(of(Checkpoint.at(stores, location)))
        : promoted(stores.open(location));
  }

  private static Optional<SavedModel> promoted(ObjectStore store) throws IOException {
    Optional<SavedModel> model = Models.read(store, "");
    if (model.isPresent()) {
      return model;
    }
    Models models = new Models(store);
    return models.isEmpty() ? Optional.empty() : Optional.of(models.champion());
  }

  /** The model of a checkpoint. */
  public static SavedModel of(Checkpoint checkpoint) {
    Manifest manifest = checkpoint.manifest();
    String run = checkpoint.run().location();
    return new SavedModel(
        version(run, manifest.id()),
        run,
        manifest.id(),
        manifest.created(),
        manifest.metadata(),
        checkpoint.blobs());
  }

  static SavedModel of(ModelManifest manifest, ObjectStore store, String folder) {
    return new SavedModel(
        manifest.version(),
        manifest.run(),
        manifest.checkpoint(),
        manifest.created(),
        manifest.metadata(),
        new Blobs(store, folder, manifest.blobs()));
  }

  /** Run id and checkpoint; only the checkpoint if the run is named without its id. */
  private static String version(String run, CheckpointId checkpoint) {
    String version = run.substring(run.lastIndexOf('/') + 1) + "-" + checkpoint;
    return Models.isVersion(version) ? version : checkpoint.toString();
  }
}
