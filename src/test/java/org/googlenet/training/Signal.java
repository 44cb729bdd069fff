package org.googlenet.training;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A signal between processes of one machine: a file that is there once it was given.
 *
 * @param file path of the file, as text, since paths are not serialisable
 */
record Signal(String file) implements Serializable {

  private static final long LONGEST_MINUTES = 6;

  static Signal in(Path folder, String name) {
    return new Signal(folder.resolve(name).toString());
  }

  /** Gives the signal, which may have been given before. */
  void give() {
    try {
      Files.write(Path.of(file), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the signal. */
  void await() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
    while (!Files.exists(Path.of(file))) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(file + ": was not given");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
