package org.googlenet.run;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.storage.ObjectStore;

/**
 * The byte streams of a checkpoint or a model, each with a known length and SHA-256 that are
 * verified before the bytes are used.
 *
 * @param folder where they are in the store; "" for the store itself
 * @param expected what a manifest says about each, by name
 */
public record Blobs(ObjectStore store, String folder, Map<String, Manifest.Blob> expected) {

  /** The length of the largest array that Java can allocate. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  public Blobs {
    expected = Collections.unmodifiableMap(new TreeMap<>(expected));
  }

  /** The location of the blobs, for messages: {@code runs/sample/checkpoints/000120-0003}. */
  public String location() {
    return folder.isEmpty() ? store.location() : store.location() + "/" + folder;
  }

  /** Whether the manifest names such a blob. */
  public boolean has(String blob) {
    return expected.containsKey(blob);
  }

  /** The total size in bytes. */
  public long size() {
    return expected.values().stream().mapToLong(Manifest.Blob::bytes).sum();
  }

  /**
   * Reads a whole blob and verifies it.
   *
   * @throws CheckpointProblem if it is absent or differs from what the manifest says
   */
  public byte[] bytes(String blob) throws IOException {
    return bytes(blob, LARGEST);
  }

  /**
   * The same for a blob that may not be larger than {@code most} bytes.
   *
   * @throws CheckpointProblem also if it is larger
   */
  public byte[] bytes(String blob, int most) throws IOException {
    Manifest.Blob wanted = wanted(blob);
    if (wanted.bytes() > most) {
      throw damaged(blob, "has more than the " + most + " bytes it may have", null);
    }
    byte[] bytes;
    try (InputStream in = store.read(name(blob))) {
      bytes = in.readNBytes(Math.toIntExact(wanted.bytes()));
      if (in.read() >= 0) {
        throw damaged(blob, "has more bytes than the " + wanted.bytes() + " of its manifest", null);
      }
    } catch (FileNotFoundException e) {
      throw damaged(blob, "is gone", e);
    }
    require(blob, wanted, Checksum.of(new ByteArrayInputStream(bytes)));
    return bytes;
  }

  /**
   * A blob as it should be written elsewhere: if it differs from what the manifest says, the write
   * fails and so leaves nothing.
   *
   * @throws CheckpointProblem if the manifest does not name it
   */
  public ObjectStore.Body body(String blob) {
    Manifest.Blob wanted = wanted(blob);
    return out -> {
      try (InputStream in = store.read(name(blob))) {
        require(blob, wanted, Checksum.of(in::transferTo, out));
      } catch (FileNotFoundException e) {
        throw damaged(blob, "is gone", e);
      }
    };
  }

  /** What is wrong, in a few words; empty if all blobs match the manifest. All bytes are read. */
  public Optional<String> defect() throws IOException {
    for (Map.Entry<String, Manifest.Blob> blob : expected.entrySet()) {
      Optional<String> defect = defect(blob.getKey(), blob.getValue());
      if (defect.isPresent()) {
        return defect;
      }
    }
    return Optional.empty();
  }

  private Optional<String> defect(String blob, Manifest.Blob wanted) throws IOException {
    try (InputStream in = store.read(name(blob))) {
      Manifest.Blob found = Checksum.of(in);
      return found.equals(wanted)
          ? Optional.empty()
          : Optional.of(blob + " " + difference(wanted, found));
    } catch (FileNotFoundException e) {
      return Optional.of(blob + " is gone");
    }
  }

  private String name(String blob) {
    return folder.isEmpty() ? blob : folder + "/" + blob;
  }

  /** What the manifest says about a blob. */
  public Manifest.Blob wanted(String blob) {
    Manifest.Blob wanted = expected.get(blob);
    if (wanted == null) {
      throw new CheckpointProblem(
          location()
              + ": has no "
              + blob
              + "; it was written by another version or is no training's");
    }
    return wanted;
  }

  private void require(String blob, Manifest.Blob wanted, Manifest.Blob found) {
    if (!found.equals(wanted)) {
      throw damaged(blob, difference(wanted, found), null);
    }
  }

  private CheckpointProblem damaged(String blob, String defect, Throwable cause) {
    return new CheckpointProblem(
        location()
            + ": "
            + blob
            + " "
            + defect
            + "; restore it, or name another checkpoint or model ('googlenet checkpoints list RUN',"
            + " 'googlenet models MODELS')",
        cause);
  }

  private static String difference(Manifest.Blob wanted, Manifest.Blob found) {
    return found.bytes() != wanted.bytes()
        ? "has " + found.bytes() + " bytes, its manifest says " + wanted.bytes()
        : "has SHA-256 " + found.sha256() + ", its manifest says " + wanted.sha256();
  }
}
