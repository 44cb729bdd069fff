package org.googlenet.run;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.googlenet.storage.ObjectStore;

/** Computes the length and SHA-256 of a blob while it is written or read. */
final class Checksum extends FilterOutputStream {

  private final MessageDigest digest;
  private long bytes;

  private Checksum(OutputStream out) {
    super(out);
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Writes a body to a stream, and returns the checksum of what it wrote. */
  static Manifest.Blob of(ObjectStore.Body body, OutputStream out) throws IOException {
    Checksum checksum = new Checksum(out);
    body.writeTo(checksum);
    checksum.flush();
    return checksum.blob();
  }

  /** Reads a stream to its end, and returns the checksum of what was in it. */
  static Manifest.Blob of(InputStream in) throws IOException {
    Checksum checksum = new Checksum(OutputStream.nullOutputStream());
    in.transferTo(checksum);
    return checksum.blob();
  }

  private Manifest.Blob blob() {
    return new Manifest.Blob(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    digest.update((byte) b);
    bytes++;
  }

  @Override
  public void write(byte[] buffer, int offset, int count) throws IOException {
    out.write(buffer, offset, count);
    digest.update(buffer, offset, count);
    bytes += count;
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
