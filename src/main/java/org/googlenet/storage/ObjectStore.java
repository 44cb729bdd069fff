package org.googlenet.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/**
 * One place (a run, a data set, a folder of models) of named byte streams in files, HDFS or an
 * object store.
 *
 * <p>A name is relative and '/'-separated: no empty segment, none that begins with a dot, no
 * backslash and no control character; any other name is a {@link StorageRefused}. What a caller may
 * rely on:
 *
 * <ul>
 *   <li>An object is whole or absent: a write becomes visible at once, when its body has ended
 *       without an error. A write that fails, is cancelled (its thread is interrupted) or is killed
 *       leaves nothing that a read or a listing shows, or the whole object where only the answer
 *       was lost.
 *   <li>{@link #create} succeeds for at most one of any number of writers of a name, on whatever
 *       machines.
 *   <li>A write that has returned is seen by every later read by name. A listing is a hint: it may
 *       lag behind, so what decides something is looked up by its name.
 *   <li>What fails for a passing reason (a broken connection, a server's error, throttling) is
 *       tried again until a deadline; a read goes on from where it was.
 * </ul>
 *
 * <p>Errors of the place itself are {@link StorageRefused} (permission, no such bucket, not a
 * folder) or an {@link IOException}; {@link StorageProblem#at} makes a line of the latter.
 */
public interface ObjectStore {

  /** The place as the user named it, for messages: {@code runs/sample}, {@code s3a://b/runs/x}. */
  String location();

  /**
   * Opens an object. The stream is of the object as it is now: should it be replaced meanwhile, a
   * read may fail, but never mixes the two.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   */
  InputStream read(String name) throws IOException;

  /**
   * Opens bytes {@code offset} to {@code offset + length} of an object; the stream ends early where
   * the object does.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   */
  InputStream readRange(String name, long offset, long length) throws IOException;

  /**
   * Makes a new object, or fails and leaves the old one as it is. If the object is there already
   * with the same bytes the call succeeds: it is a retry whose first answer was lost. So whoever
   * competes for a name writes something of its own into the object.
   *
   * <p>On S3 without conditional create a call takes some seconds longer ({@code
   * googlenet.create.settle}), and there is one way in which an object can be replaced by that of a
   * writer whose own call fails: when that one stood still, between finding the name free and
   * writing, for longer than this time. Whoever holds something by an object looks at it again
   * before relying on it.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists with other bytes
   */
  void create(String name, Body body) throws IOException;

  /** Makes an object or replaces it as a whole; if the write fails, the old one stays. */
  void overwrite(String name, Body body) throws IOException;

  /**
   * The objects below a folder and its subfolders, sorted by name; none if there is no such folder.
   * Unfinished writes are not among them.
   *
   * @param prefix a folder's name, with or without a '/' at its end, or "" for the whole store
   * @return entries with their names in this store (so each begins with the prefix)
   */
  List<Entry> list(String prefix) throws IOException;

  /** Deletes an object; one that does not exist is deleted already. */
  void delete(String name) throws IOException;

  /**
   * Moves a folder, with all objects below it, to the same name in another place, in one step and
   * without a copy. One that is not there is moved already.
   *
   * @param folder its name, with no '/' at its end
   * @return false if that cannot be done, and nothing is changed: on S3, between kinds of storage
   *     or file systems, or where the other place has such a folder
   */
  default boolean move(String folder, ObjectStore to) throws IOException {
    return false;
  }

  /**
   * The whole of a small object.
   *
   * @param limit the most bytes it may have
   * @throws java.io.FileNotFoundException if it does not exist
   * @throws StorageRefused if it has more bytes
   */
  default byte[] readBytes(String name, int limit) throws IOException {
    byte[] bytes = readStart(name, Math.addExact(limit, 1));
    if (bytes.length > limit) {
      throw new StorageRefused(
          String.format(
              Locale.ROOT,
              "%s/%s: is larger than the %d bytes that it may have; look whether it is the right file",
              location(),
              name,
              limit));
    }
    return bytes;
  }

  /**
   * The first bytes of an object, all of one content also where it is replaced meanwhile.
   *
   * @param limit the most bytes to return
   * @throws java.io.FileNotFoundException if it does not exist
   */
  default byte[] readStart(String name, int limit) throws IOException {
    return HadoopErrors.untilUnchanged(
        () -> {
          try (InputStream in = read(name)) {
            return in.readNBytes(limit);
          }
        });
  }

  /** Whether a text is a name as this interface means it. */
  static boolean isName(String name) {
    if (name.indexOf('\\') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  /**
   * What an object is to hold. The stream need not be closed; closing it does not publish. A store
   * runs a body again when it writes again, so each run is to give the same bytes.
   */
  @FunctionalInterface
  interface Body {

    void writeTo(OutputStream out) throws IOException;

    static Body of(byte[] bytes) {
      return out -> out.write(bytes);
    }
  }

  /** One object of a listing: its name in the store and its length in bytes. */
  record Entry(String name, long bytes) {}
}
