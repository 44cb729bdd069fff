package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The length and SHA-256 of what was written, to tell a name that another writer took from a retry
 * of a create that had succeeded.
 */
final class WrittenContent {

  private final long length;
  private final byte[] sha256;

  private WrittenContent(long length, byte[] sha256) {
    this.length = length;
    this.sha256 = sha256;
  }

  /**
   * Runs a body on a store's stream and records what it writes. The body may close the stream that
   * it is given: only the store closes its own, since on an object store closing publishes.
   *
   * @throws IOException what the stream threw, whatever the body did with it; otherwise what the
   *     body threw
   */
  static WrittenContent by(ObjectStore.Body body, OutputStream out) throws IOException {
    MessageDigest digest = sha256();
    long length = run(body, new DigestOutputStream(out, digest));
    return new WrittenContent(length, digest.digest());
  }

  /** The same for a write whose content need not be known later. */
  static long run(ObjectStore.Body body, OutputStream out) throws IOException {
    Guarded guarded = new Guarded(out);
    try {
      body.writeTo(guarded);
      guarded.flush();
    } catch (Throwable e) {
      guarded.throwFailure();
      throw e;
    }
    guarded.throwFailure();
    return guarded.length;
  }

  /**
   * Ends a create that was refused because the name is taken.
   *
   * @throws FileAlreadyExistsException unless the object holds what was written
   */
  void orTaken(ObjectStore store, String name) throws IOException {
    if (!isIn(store, name)) {
      throw new FileAlreadyExistsException(
          store.location() + "/" + name, null, "exists already with other content");
    }
  }

  private boolean isIn(ObjectStore store, String name) throws IOException {
    try (InputStream in = store.readRange(name, 0, length + 1)) {
      return isIn(in);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Whether a stream holds exactly what was written. */
  boolean isIn(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    long there = 0;
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0 && there <= length; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      there += n;
    }
    return there == length && Arrays.equals(sha256, digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Counts bytes, does not close the stream below, and remembers its failure. */
  private static final class Guarded extends FilterOutputStream {

    private long length;
    private IOException failure;

    Guarded(OutputStream out) {
      super(out);
    }

    void throwFailure() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      try {
        out.write(bytes, offset, count);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      length += count;
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
