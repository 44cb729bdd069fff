package org.googlenet.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint consists of, as {@code checkpoints/000120-0003.json} keeps it. It is written
 * last: without it there is no checkpoint.
 *
 * @param round rounds done
 * @param term the term that wrote it
 * @param created milliseconds since 1970
 * @param metadata how far and how good
 * @param blobs by their names in the checkpoint's folder
 */
public record Manifest(
    int round, int term, long created, Metadata metadata, Map<String, Blob> blobs) {

  static final String FOLDER = "checkpoints";

  public Manifest {
    blobs = Collections.unmodifiableMap(new TreeMap<>(blobs));
  }

  public CheckpointId id() {
    return new CheckpointId(round, term);
  }

  /**
   * One blob.
   *
   * @param sha256 in lower-case hexadecimal
   */
  public record Blob(long bytes, String sha256) {}
}
