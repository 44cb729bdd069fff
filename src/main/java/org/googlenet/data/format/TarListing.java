package org.googlenet.data.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.googlenet.storage.BulkInputStream;
import org.googlenet.storage.ObjectStore;

/** Finds where the files of a tar lie, so that each can be read later without the rest. */
public final class TarListing {

  private static final int BLOCK = 512;

  private static final byte[] GZIP = {0x1F, (byte) 0x8B};

  /** The most characters that are quoted from a damaged tar. */
  private static final int LONGEST = 120;

  private TarListing() {}

  /** Receives each file of a tar. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Called for one file.
     *
     * @param name as the tar has it
     * @param offset of the content, from the start of the object
     * @param bytes of the content
     */
    void file(String name, long offset, long bytes) throws IOException;

    /**
     * Called for a hard or symbolic link, which has no content of its own.
     *
     * @param target the name that it leads to
     */
    default void link(String name, String target) throws IOException {}
  }

  /**
   * Walks through a tar, or one within another, in order; contents are skipped, large ones without
   * being read.
   *
   * @param object the object's name
   * @param from where the tar begins in the object
   * @param length the most bytes that belong to the tar; {@code Long.MAX_VALUE - from} for all
   * @throws java.io.FileNotFoundException if there is no such object
   * @throws DataProblem if it is not a tar, or a compressed one, or ends without a tar's end mark
   */
  public static void walk(ObjectStore store, String object, long from, long length, Visitor visitor)
      throws IOException {
    String where = store.location() + "/" + object;
    long end = from;
    try (Passing in = new Passing(store, object, from, from + length);
        TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
      TarArchiveEntry entry = first(tar, store, object, from);
      while (entry != null) {
        long bytes = entry.getSize();
        if (entry.isLink() || entry.isSymbolicLink()) {
          visitor.link(entry.getName(), entry.getLinkName());
        } else if (entry.isFile()) {
          visitor.file(entry.getName(), in.position, bytes);
        }
        end = in.position + (bytes + BLOCK - 1) / BLOCK * BLOCK;
        entry = next(tar, where, end);
      }
      if (in.position < end + BLOCK) {
        throw new DataProblem(
            where
                + ": ends at byte "
                + end
                + " without a tar's end mark (truncated); copy it again");
      }
    }
  }

  private static TarArchiveEntry first(
      TarArchiveInputStream tar, ObjectStore store, String object, long from) throws IOException {
    String where = store.location() + "/" + object;
    try {
      return next(tar, where, from);
    } catch (DataProblem e) {
      try (InputStream in = store.readRange(object, from, GZIP.length)) {
        if (Arrays.equals(in.readNBytes(GZIP.length), GZIP)) {
          throw new DataProblem(
              String.format(
                  Locale.ROOT, "%s: is gzipped, at byte %d; unpack it (gunzip)", where, from),
              e);
        }
      }
      throw e;
    }
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar, String where, long at)
      throws IOException {
    try {
      return tar.getNextEntry();
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IllegalArgumentException | IOException e) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: is not in tar format, or is damaged, at byte %d (%s); copy it again",
              where,
              at,
              why(e)),
          e);
    }
  }

  /** What the library says about a tar, cut off if it quotes a long value. */
  static String why(Exception failure) {
    String said = String.valueOf(failure.getMessage());
    return said.length() <= LONGEST ? said : said.substring(0, LONGEST) + "...";
  }

  /** Part of an object as a stream that reopens the object to skip a long way. */
  private static final class Passing extends BulkInputStream {

    /** Up to here, reading on is cheaper than another request to an object store. */
    private static final long NEAR = 4 << 20;

    private final ObjectStore store;
    private final String object;
    private final long end;
    private long position;
    private InputStream in;

    Passing(ObjectStore store, String object, long from, long end) {
      this.store = store;
      this.object = object;
      this.position = from;
      this.end = end;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = open().read(bytes, offset, length);
      position += Math.max(count, 0);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long wanted = Math.min(count, end - position);
      if (wanted <= NEAR) {
        long skipped = open().skip(wanted);
        position += skipped;
        return skipped;
      }
      close();
      position += wanted;
      return wanted;
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
        in = null;
      }
    }

    private InputStream open() throws IOException {
      if (in == null) {
        in = store.readRange(object, position, end - position);
      }
      return in;
    }
  }
}
