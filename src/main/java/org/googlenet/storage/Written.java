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
 * What a writer has written, as length and SHA-256, so that a refused create can be told from a
 * retry of one that had succeeded.
 */
final class Written {

  private final long length;
  private final byte[] sha256;

  private Written(long length, byte[] sha256) {
    this.length = length;
    this.sha256 = sha256;
  }

  /**
   * Runs a body over a store's stream. The body may close what it is given: only the store closes
   * its stream, since on an object store closing publishes.
   */
  static Written by(ObjectStore.Body body, OutputStream out) throws IOException {
    Counting counting = new Counting(out);
    body.writeTo(counting);
    counting.flush();
    return new Written(counting.length, counting.digest.digest());
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
      MessageDigest digest = sha256();
      long there = 0;
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        there += n;
      }
      return there == length && Arrays.equals(sha256, digest.digest());
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static final class Counting extends FilterOutputStream {

    private final MessageDigest digest;
    private long length;

    Counting(OutputStream out) {
      this(out, sha256());
    }

    private Counting(OutputStream out, MessageDigest digest) {
      super(new DigestOutputStream(out, digest));
      this.digest = digest;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
      length += count;
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
