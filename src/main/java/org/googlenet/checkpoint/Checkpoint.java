package org.googlenet.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/** A checkpoint to read from: every blob is checked against the manifest before it is used. */
public record Checkpoint(ObjectStore run, Manifest manifest) {

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
                        + " runs/sample/checkpoints/000120-0003 (see 'googlenet checkpoints show"
                        + " RUN')"));
  }

  /** The same, or empty if no checkpoint is there. */
  public static Optional<Checkpoint> find(Stores stores, String location) throws IOException {
    String folder = location.replaceFirst("/+$", "");
    int slash = folder.lastIndexOf('/');
    Optional<CheckpointId> id = CheckpointId.parse(folder.substring(slash + 1));
    String parent = folder.substring(0, Math.max(slash, 0));
    if (id.isEmpty()
        || !(parent.equals(Manifest.FOLDER) || parent.endsWith("/" + Manifest.FOLDER))) {
      return Optional.empty();
    }
    String run = parent.substring(0, parent.length() - Manifest.FOLDER.length());
    ObjectStore store = stores.open(run.isEmpty() ? "." : run);
    return readManifest(store, id.get()).map(manifest -> new Checkpoint(store, manifest));
  }

  /**
   * The newest checkpoint of a run that verifies.
   *
   * @throws CheckpointProblem if there is none
   */
  public static Checkpoint newest(ObjectStore run) throws IOException {
    RunHistory.Verified verified = RunHistory.read(run).newestThatVerifies(run);
    return verified
        .manifest()
        .map(manifest -> new Checkpoint(run, manifest))
        .orElseThrow(
            () ->
                new CheckpointProblem(
                    run.location()
                        + ": has no checkpoint that verifies; train first, or name another run"));
  }

  /** Where the blobs are, for messages: {@code runs/sample/checkpoints/000120-0003}. */
  public String location() {
    return run.location() + "/" + manifest.id().folder();
  }

  /** Whether the checkpoint has such a blob. */
  public boolean has(String blob) {
    return manifest.blobs().containsKey(blob);
  }

  /**
   * A blob, read as a whole and checked.
   *
   * @throws CheckpointProblem if it is absent or not what the manifest says
   */
  public byte[] bytes(String blob) throws IOException {
    Manifest.Blob expected = manifest.blobs().get(blob);
    if (expected == null) {
      throw new CheckpointProblem(
          location()
              + ": has no "
              + blob
              + "; it was written by another version or is no training's");
    }
    byte[] bytes;
    try (InputStream in = run.read(manifest.name(blob))) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw damaged(blob, "is gone", e);
    }
    Manifest.Blob found = Checksum.of(new ByteArrayInputStream(bytes));
    if (!found.equals(expected)) {
      throw damaged(blob, difference(expected, found), null);
    }
    return bytes;
  }

  /** What is wrong with the blobs, in a few words; empty if all are what the manifest says. */
  public Optional<String> defect() throws IOException {
    for (Map.Entry<String, Manifest.Blob> blob : manifest.blobs().entrySet()) {
      Optional<String> defect = defect(blob.getKey(), blob.getValue());
      if (defect.isPresent()) {
        return defect;
      }
    }
    return Optional.empty();
  }

  private Optional<String> defect(String blob, Manifest.Blob expected) throws IOException {
    try (InputStream in = run.read(manifest.name(blob))) {
      Manifest.Blob found = Checksum.of(in);
      return found.equals(expected)
          ? Optional.empty()
          : Optional.of(blob + " " + difference(expected, found));
    } catch (FileNotFoundException e) {
      return Optional.of(blob + " is gone");
    }
  }

  /**
   * A manifest, if it is there; between a listing and this, a living driver's retention may have
   * deleted it.
   *
   * @throws CheckpointProblem if it is damaged
   */
  static Optional<Manifest> readManifest(ObjectStore run, CheckpointId id) throws IOException {
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

  private CheckpointProblem damaged(String blob, String defect, Throwable cause) {
    return new CheckpointProblem(
        location()
            + ": "
            + blob
            + " "
            + defect
            + "; restore it, or name another checkpoint (see 'googlenet checkpoints show RUN')",
        cause);
  }

  private static String difference(Manifest.Blob expected, Manifest.Blob found) {
    return found.bytes() != expected.bytes()
        ? "has " + found.bytes() + " bytes, its manifest says " + expected.bytes()
        : "has SHA-256 " + found.sha256() + ", its manifest says " + expected.sha256();
  }
}
