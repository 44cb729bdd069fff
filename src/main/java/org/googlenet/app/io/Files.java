package org.googlenet.app.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.StorageRefused;
import org.googlenet.storage.Stores;

/** Reads and writes single files that the command line names, in any storage. */
public final class Files {

  private static final int LARGEST = 64 << 20;

  private Files() {}

  /** Reads a small text file in UTF-8. */
  public static String text(Stores stores, String location) {
    return new String(bytes(stores, location), StandardCharsets.UTF_8);
  }

  /**
   * Reads a file of at most 64 MiB. It may be a pipe, like the shell's {@code <(command)} or {@code
   * /dev/stdin}.
   *
   * @throws StorageRefused if it does not exist, or is a pipe that does not end
   */
  public static byte[] bytes(Stores stores, String location) {
    return read(stores, location, LARGEST, ObjectStore::readBytes);
  }

  /**
   * Reads the first bytes of a file. It may be a pipe that gives at most as many.
   *
   * @param most how many at most
   * @throws StorageRefused if it does not exist, or is a pipe that gives more or does not end
   */
  public static byte[] start(Stores stores, String location, int most) {
    return read(stores, location, most, ObjectStore::readStart);
  }

  private static byte[] read(Stores stores, String location, int most, Reading reading) {
    if (Pipe.is(location)) {
      return Pipe.bytes(location, most, Pipe.PATIENCE);
    }
    try {
      return reading.of(stores.open(folder(location)), name(location), most);
    } catch (FileNotFoundException e) {
      throw new StorageRefused(location + ": there is no such file; check the path", e);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** Reads an object up to a limit. */
  @FunctionalInterface
  private interface Reading {
    byte[] of(ObjectStore store, String name, int most) throws IOException;
  }

  /** Writes a text file in UTF-8; an existing file is replaced as a whole. */
  public static void overwrite(Stores stores, String location, String text) {
    overwrite(stores, location, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file; an existing one is replaced as a whole. */
  public static void overwrite(Stores stores, String location, byte[] bytes) {
    try {
      stores.open(folder(location)).overwrite(name(location), ObjectStore.Body.of(bytes));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /**
   * Writes a new file; one that has the same content already may be there.
   *
   * @throws StorageRefused if one with another content is there
   */
  public static void create(Stores stores, String location, byte[] bytes) {
    try {
      stores.open(folder(location)).create(name(location), ObjectStore.Body.of(bytes));
    } catch (FileAlreadyExistsException e) {
      throw new StorageRefused(
          location + ": is there already, with another content; give another name, or --overwrite",
          e);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** Where a file lies: {@code .} if that is the working folder. */
  public static String folder(String location) {
    int slash = location.lastIndexOf('/');
    return slash < 0 ? "." : location.substring(0, Math.max(1, slash));
  }

  /** What a file is called there. */
  public static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
