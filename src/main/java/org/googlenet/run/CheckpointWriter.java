package org.googlenet.run;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.storage.ObjectStore;

/**
 * Writes checkpoints: first the blobs, then the manifest that makes them a checkpoint. A driver
 * that dies in between leaves blobs that nobody reads.
 */
public final class CheckpointWriter {

  private final Clock clock;

  public CheckpointWriter(Clock clock) {
    this.clock = clock;
  }

  /**
   * Writes the checkpoint of a round under the term of the lease. When this returns, the checkpoint
   * is part of the history: whoever takes the run later goes on from it, or from a checkpoint that
   * followed it.
   *
   * <p>Writing the same again (a retry whose first answer was lost) succeeds and changes nothing.
   *
   * @param round rounds done
   * @param blobs contents by name, such as {@code model.zip}; each is written once, as a stream
   * @throws RunHeldProblem if another driver has taken the run; what was written may or may not
   *     count
   * @throws CheckpointProblem if the term has a checkpoint of this round with other contents
   */
  public Manifest write(
      Lease lease, int round, Map<String, ObjectStore.Body> blobs, Metadata metadata)
      throws IOException {
    lease.check();
    CheckpointId id = new CheckpointId(round, lease.term().number());
    Optional<Manifest> earlier = Checkpoint.readManifest(lease.run(), id);
    Manifest manifest =
        earlier.isPresent()
            ? same(lease, earlier.get(), blobs)
            : writeNew(lease, id, blobs, metadata);
    // Whoever claims the run after this sees the manifest; a check before writing it could not
    // promise that.
    lease.confirm(id);
    return manifest;
  }

  private Manifest writeNew(
      Lease lease, CheckpointId id, Map<String, ObjectStore.Body> blobs, Metadata metadata)
      throws IOException {
    ObjectStore run = lease.run();
    Map<String, Manifest.Blob> written = new TreeMap<>();
    for (Map.Entry<String, ObjectStore.Body> blob : blobs.entrySet()) {
      String name = id.folder() + "/" + blob.getKey();
      written.put(blob.getKey(), write(run, name, blob.getValue()));
    }
    Manifest manifest =
        new Manifest(
            id.round(),
            id.term(),
            lease.term().owner(),
            clock.millis(),
            metadata,
            written,
            lease.term().chain());
    lease.check();
    run.create(id.manifest(), Json.body(manifest));
    return manifest;
  }

  /**
   * Writes a blob. Blobs without a manifest are left over from our own earlier try: replace them.
   */
  private static Manifest.Blob write(ObjectStore run, String name, ObjectStore.Body body)
      throws IOException {
    Manifest.Blob[] written = new Manifest.Blob[1];
    run.overwrite(name, out -> written[0] = Checksum.of(body, out));
    return written[0];
  }

  private static Manifest same(Lease lease, Manifest manifest, Map<String, ObjectStore.Body> blobs)
      throws IOException {
    Map<String, Manifest.Blob> now = new TreeMap<>();
    for (Map.Entry<String, ObjectStore.Body> blob : blobs.entrySet()) {
      now.put(blob.getKey(), Checksum.of(blob.getValue(), OutputStream.nullOutputStream()));
    }
    boolean ours = manifest.owner().equals(lease.term().owner());
    if (!ours || !now.equals(manifest.blobs())) {
      throw new CheckpointProblem(
          lease.run().location()
              + "/"
              + manifest.id().manifest()
              + ": this term has written round "
              + manifest.round()
              + " already, with other contents; give the same command again for a new term");
    }
    return manifest;
  }
}
