package org.googlenet.data.format.list;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.googlenet.common.Daemons;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageRefused;

/** Reads the images of lines in their order, several at a time, since each has its own delay. */
final class ImageFetch implements Closeable {

  /** How many are read or wait for their turn: at 50 ms each, 160 images a second. */
  static final int AT_ONCE = 8;

  private final ShardSource source;
  private final Iterator<ListLine> rest;
  private final Deque<Future<Fetched>> ahead = new ArrayDeque<>();
  private final ExecutorService threads;

  /**
   * An image, or why there is none.
   *
   * @param image null if there is none
   * @param reason why there is none; null if there is one
   * @param isThere whether the line names a file that exists
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Fetched(byte[] image, String reason, boolean isThere) {

    private static Fetched missing(String reason) {
      return new Fetched(null, reason, false);
    }
  }

  /** Begins to read the first ones. */
  ImageFetch(ShardSource source, List<ListLine> lines) {
    this.source = source;
    this.rest = List.copyOf(lines).iterator();
    this.threads =
        Daemons.pool(Math.max(1, Math.min(AT_ONCE, lines.size())), "images of " + source.where());
    fetch();
  }

  private void fetch() {
    while (ahead.size() < AT_ONCE && rest.hasNext()) {
      ListLine line = rest.next();
      ahead.add(threads.submit(() -> fetch(line)));
    }
  }

  /**
   * The image of the next line.
   *
   * @throws StorageRefused if its storage does not let this user read it
   * @throws IOException if its storage cannot be read
   */
  Fetched next() throws IOException {
    fetch();
    return Daemons.outcome(ahead.remove());
  }

  private Fetched fetch(ListLine line) throws IOException {
    if (!ObjectStore.isName(line.name())) {
      return Fetched.missing("'" + line.uri() + "' is not the name of a file");
    }
    ObjectStore folder;
    try {
      // Nothing is asked yet: it is the line that is refused.
      folder = source.elsewhere().apply(line.folder());
    } catch (StorageRefused e) {
      return Fetched.missing(line.uri() + " cannot be read (" + e.getMessage() + ")");
    }
    try (InputStream in = folder.read(line.name())) {
      byte[] image = in.readNBytes(ShardIndex.MAX_RECORD + 1);
      return image.length <= ShardIndex.MAX_RECORD
          ? new Fetched(image, null, true)
          : new Fetched(
              null,
              String.format(
                  Locale.ROOT,
                  "%s has more than the %d bytes of an image",
                  line.uri(),
                  ShardIndex.MAX_RECORD),
              true);
    } catch (FileNotFoundException e) {
      return Fetched.missing(line.uri() + " does not exist");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
