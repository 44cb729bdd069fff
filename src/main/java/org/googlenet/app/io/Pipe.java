package org.googlenet.app.io;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.StorageRefused;

/**
 * Reads a pipe or a device that the command line names in place of a file; it may never end, and
 * does not even open as long as nobody writes to it.
 */
final class Pipe {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Pipe() {}

  /** Whether a path is neither a file nor a folder. */
  static boolean is(String location) {
    try {
      Path path = Path.of(location);
      return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Reads everything up to the end.
   *
   * @throws StorageRefused if that is more than {@code most} bytes, or the end does not come within
   *     this time
   */
  static byte[] bytes(String location, int most, Duration patience) {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              // Buffered: the file's own stream would ask a pipe for its length.
              try (InputStream in = new BufferedInputStream(new FileInputStream(location))) {
                read.complete(in.readNBytes(most + 1));
              } catch (IOException e) {
                read.completeExceptionally(e);
              }
            },
            "pipe");
    // A pipe that never opens cannot be interrupted either.
    reader.setDaemon(true);
    reader.start();
    byte[] bytes;
    try {
      bytes = read.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StorageRefused(
          String.format(
              Locale.ROOT,
              "%s: is a pipe or a device, and had not come to its end after %d s; name a file, or look at what writes to it",
              location,
              patience.toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw StorageProblem.at(location, (IOException) e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + location, e);
    }
    if (bytes.length > most) {
      throw new StorageRefused(
          String.format(
              Locale.ROOT,
              "%s: gave more than the %d MiB that it may; name a file",
              location,
              most >> 20),
          null);
    }
    return bytes;
  }
}
