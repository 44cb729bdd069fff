package org.googlenet.run;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.googlenet.storage.ObjectStore;

/**
 * What a checkpoint consists of, as stored in {@code checkpoints/000120-0003.json}. It is written
 * last: without it there is no checkpoint.
 *
 * @param round rounds done
 * @param term the term that wrote it
 * @param owner the driver that wrote it; the checkpoint counts only if the term is this driver's
 * @param created milliseconds since 1970
 * @param metadata how far the training is, and how good the model is
 * @param blobs by their names in the checkpoint's folder
 * @param chain that of its term, so that it is known even if the term's object is lost; null if
 *     version 0.1.0 wrote it
 */
public record Manifest(
    int round,
    int term,
    String owner,
    long created,
    Metadata metadata,
    Map<String, Blob> blobs,
    List<Term.Link> chain) {

  static final String FOLDER = "checkpoints";

  public Manifest {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(metadata, "metadata");
    blobs.forEach(Manifest::require);
    blobs = Collections.unmodifiableMap(new TreeMap<>(blobs));
    if (chain != null) {
      chain = List.copyOf(chain);
      if (!Term.isFalling(chain) || (!chain.isEmpty() && chain.get(0).term() >= term)) {
        throw new IllegalArgumentException("term " + term + " cannot have the chain " + chain);
      }
    }
  }

  public CheckpointId id() {
    return new CheckpointId(round, term);
  }

  /** Refuses a damaged manifest that would lead out of its folder. */
  private static void require(String name, Blob blob) {
    if (blob == null || !ObjectStore.isName(name)) {
      throw new IllegalArgumentException("'" + name + "' cannot be a blob");
    }
  }

  /**
   * One blob: its length and checksum.
   *
   * @param sha256 in lower-case hexadecimal
   */
  public record Blob(long bytes, String sha256) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public Blob {
      if (bytes < 0 || !SHA256.matcher(sha256).matches()) {
        throw new IllegalArgumentException(bytes + " bytes of SHA-256 " + sha256);
      }
    }
  }
}
