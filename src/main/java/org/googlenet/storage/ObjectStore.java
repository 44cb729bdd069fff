package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A location (a run, a data set, a folder of models) with named byte streams, in files, HDFS or an
 * object store.
 *
 * <p>A name is relative, with '/' between its segments. It has no empty segment, no segment that
 * begins with a dot, no backslash and no control character; any other name is a {@link
 * StorageRefused}. A caller may rely on this:
 *
 * <ul>
 *   <li>An object is whole or absent: a write becomes visible all at once, when its body has ended
 *       without an error. A write that fails, is cancelled (its thread is interrupted) or is killed
 *       leaves nothing that a read or a listing shows, or the whole object if only the answer was
 *       lost.
 *   <li>For each name, {@link #create} succeeds for at most one of any number of writers, on any
 *       machines.
 *   <li>A write that has returned is seen by every later read by name. A listing is a hint: it may
 *       lag behind, so anything that a decision depends on is looked up by its name.
 *   <li>What fails for a passing reason (a broken connection, a server error, throttling) is tried
 *       again until a deadline; a read goes on from where it was.
 * </ul>
 *
 * <p>Errors of the location itself are {@link StorageRefused} (no permission, no such bucket, not a
 * folder) or an {@link IOException}; {@link StorageProblem#at} makes a line of the latter.
 */
public interface ObjectStore {

  /**
   * The location as the user named it, for messages: {@code runs/sample}, {@code s3a://b/runs/x}.
   */
  String location();

  /**
   * Opens an object. The stream reads the object as it is now: if the object is replaced meanwhile,
   * a read may fail, but never mixes the two.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   */
  InputStream read(String name) throws IOException;

  /**
   * Opens bytes {@code offset} to {@code offset + length} of an object; the stream ends early if
   * the object does.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   */
  InputStream readRange(String name, long offset, long length) throws IOException;

  /**
   * Creates a new object, or fails and leaves the existing one as it is. If the object exists
   * already with the same bytes, the call succeeds, as it may be a retry whose first answer was
   * lost. So writers that compete for a name must each write something of their own into the
   * object.
   *
   * <p>On S3 without conditional create a call takes some seconds longer ({@code
   * googlenet.create.settle}), and there is one case in which an object can be replaced by that of
   * a writer whose own call fails: if that writer stood still for longer than this time between
   * finding the name free and writing. So a process that holds something by an object must look at
   * the object again before relying on it.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists with other bytes
   */
  void create(String name, Body body) throws IOException;

  /** Creates an object or replaces it as a whole; if the write fails, the old one stays. */
  void overwrite(String name, Body body) throws IOException;

  /**
   * Lists the objects below a folder and its subfolders, sorted by name; none if the folder does
   * not exist. Unfinished writes are not included.
   *
   * @param prefix a folder's name, with or without a '/' at its end, or "" for the whole store
   * @return entries with their names in this store (so each begins with the prefix)
   */
  List<Entry> list(String prefix) throws IOException;

  /**
   * The length of an object in bytes; empty if it does not exist. A store that has no call of its
   * own for this lists the object's folder.
   */
  default OptionalLong length(String name) throws IOException {
    Names.checked(location(), name);
    return list(name.substring(0, name.lastIndexOf('/') + 1)).stream()
        .filter(entry -> entry.name().equals(name))
        .mapToLong(Entry::bytes)
        .findFirst();
  }

  /**
   * Looks through a folder and its subfolders, and tells also what {@link #list} leaves out. A
   * store that has nothing but objects need not say more than its listing does.
   *
   * @param prefix as of {@link #list}
   * @throws java.io.FileNotFoundException if there is no such folder
   */
  default Survey survey(String prefix) throws IOException {
    List<Entry> entries = list(prefix);
    if (entries.isEmpty()) {
      throw new FileNotFoundException(location() + "/" + prefix + ": no such folder");
    }
    int start = prefix.isEmpty() || prefix.endsWith("/") ? prefix.length() : prefix.length() + 1;
    List<String> folders =
        entries.stream()
            .map(entry -> entry.name().substring(start))
            .filter(name -> name.indexOf('/') > 0)
            .map(name -> name.substring(0, name.indexOf('/')))
            .distinct()
            .sorted()
            .toList();
    return new Survey(entries, folders, List.of());
  }

  /** Deletes an object; if it does not exist, there is nothing to do. */
  void delete(String name) throws IOException;

  /**
   * Moves a folder, with all objects below it, to the same name in another store, in one step and
   * without copying. If the folder does not exist, it counts as moved already.
   *
   * @param folder its name, without a '/' at its end
   * @return false if this is not possible, and then nothing is changed: on S3, between different
   *     kinds of storage or file systems, or if the other store has such a folder
   */
  default boolean move(String folder, ObjectStore to) throws IOException {
    return false;
  }

  /**
   * Whether objects are read without a way over a network, so that asking for several parts at a
   * time gains nothing.
   */
  default boolean isLocal() {
    return false;
  }

  /**
   * Reads the whole of a small object.
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
   * Reads the first bytes of an object; they are all of one content even if it is replaced
   * meanwhile.
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

  /** Whether a text is a valid name of an object. */
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
   * Writes the content of an object. The stream need not be closed; closing it does not publish the
   * object. A store that tries a write again runs the body again, so each run must write the same
   * bytes.
   */
  @FunctionalInterface
  interface Body {

    void writeTo(OutputStream out) throws IOException;

    static Body of(byte[] bytes) {
      return out -> out.write(bytes);
    }
  }

  /** An object in a listing: its name in the store and its length in bytes. */
  record Entry(String name, long bytes) {}
}
