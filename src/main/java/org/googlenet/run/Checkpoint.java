package org.googlenet.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint to read: every blob is verified against the manifest before it is used. */
public record Checkpoint(ObjectStore run, Manifest manifest) {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  /**
   * The checkpoint in a folder such as {@code runs/sample/checkpoints/000120-0003}.
   *
   * @throws CheckpointProblem if there is none
   */
  public static Checkpoint at(Stores stores, String location) throws IOException {
    return find(stores, location)
        .orElseThrow(
            () ->
                new CheckpointProblem(
                    location
                        + ": is not a checkpoint; name a folder such as"
                        + " runs/sample/checkpoints/000120-0003 (see 'googlenet checkpoints list"
                        + " RUN')"));
  }

  /** The same, or empty if there is no checkpoint. */
  public static Optional<Checkpoint> find(Stores stores, String location) throws IOException {
    Optional<Place> place = Place.of(location);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    ObjectStore store = stores.open(place.get().run());
    return readManifest(store, place.get().id()).map(manifest -> new Checkpoint(store, manifest));
  }

  /** Whether a location has the form of a checkpoint's folder, whether or not it exists. */
  public static boolean isSpeltBy(String location) {
    return Place.of(location).isPresent();
  }

  /** The location of a checkpoint's folder, split into run and checkpoint. */
  private record Place(String run, CheckpointId id) {

    static Optional<Place> of(String location) {
      String folder = location.replaceFirst("/+$", "");
      int slash = folder.lastIndexOf('/');
      String parent = folder.substring(0, Math.max(slash, 0));
      if (!parent.equals(Manifest.FOLDER) && !parent.endsWith("/" + Manifest.FOLDER)) {
        return Optional.empty();
      }
      String run = parent.substring(0, parent.length() - Manifest.FOLDER.length());
      return CheckpointId.parse(folder.substring(slash + 1))
          .map(id -> new Place(run.isEmpty() ? "." : run, id));
    }
  }

  /**
   * The newest checkpoint of a run that verifies. Each newer one that does not is reported as a
   * warning in the log.
   *
   * @throws CheckpointProblem if there is none
   */
  public static Checkpoint newest(ObjectStore run) throws IOException {
    RunHistory history = RunHistory.read(run);
    if (history.terms().isEmpty() && history.checkpoints().isEmpty() && history.isWhole()) {
      throw new CheckpointProblem(
          run.location()
              + ": there is no run, checkpoint or promoted model here; check the path (an imported"
              + " model is named by its own folder), or train first");
    }
    RunHistory.Verified verified = history.newestThatVerifies(run);
    verified.warnings().forEach(LOG::warn);
    return verified
        .manifest()
        .map(manifest -> new Checkpoint(run, manifest))
        .orElseThrow(
            () ->
                new CheckpointProblem(
                    run.location()
                        + ": has no checkpoint that verifies; train first, or name another run"));
  }

  /** Its blobs, as the manifest lists them. */
  public Blobs blobs() {
    return new Blobs(run, manifest.id().folder(), manifest.blobs());
  }

  /** The location of the blobs, for messages: {@code runs/sample/checkpoints/000120-0003}. */
  public String location() {
    return blobs().location();
  }

  /** Whether the checkpoint has such a blob. */
  public boolean has(String blob) {
    return blobs().has(blob);
  }

  /**
   * Reads a whole blob and verifies it.
   *
   * @throws CheckpointProblem if it is absent or differs from what the manifest says
   */
  public byte[] bytes(String blob) throws IOException {
    return blobs().bytes(blob);
  }

  /** What is wrong with the blobs, in a few words; empty if all match the manifest. */
  public Optional<String> defect() throws IOException {
    return blobs().defect();
  }

  /**
   * Reads a manifest; empty if it does not exist. After a listing, the retention of a running
   * driver may have deleted it.
   *
   * @throws CheckpointProblem if it is damaged
   */
  public static Optional<Manifest> readManifest(ObjectStore run, CheckpointId id)
      throws IOException {
    Manifest manifest;
    try {
      manifest = Json.read(run, id.manifest(), Manifest.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    if (manifest.round() != id.round() || manifest.term() != id.term()) {
      throw new CheckpointProblem(
          run.location()
              + "/"
              + id.manifest()
              + ": is the manifest of another checkpoint; delete it or restore the right one");
    }
    return Optional.of(manifest);
  }
}
