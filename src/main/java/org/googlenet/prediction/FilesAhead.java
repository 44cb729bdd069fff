package org.googlenet.prediction;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.googlenet.common.Daemons;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.prediction.FilesPart.ImageFile;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageRefused;
import org.googlenet.storage.Stores;

/** Reads files in their order, several at a time, since each has its own delay. */
final class FilesAhead implements Closeable {

  /** How many are read or wait for their turn: at 50 ms each, 160 images a second. */
  private static final int AT_ONCE = 8;

  private final Stores stores;
  private final Iterator<ImageFile> rest;
  private final Map<String, ObjectStore> folders = new ConcurrentHashMap<>();
  private final Deque<Future<Content>> ahead = new ArrayDeque<>();
  private final ExecutorService threads;

  /**
   * What is in a file.
   *
   * @param bytes null if they cannot be read
   * @param error why they cannot be read; null if they can
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Content(byte[] bytes, String error) {}

  FilesAhead(Stores stores, List<ImageFile> files) {
    this.stores = stores;
    this.rest = List.copyOf(files).iterator();
    this.threads = Daemons.pool(Math.max(1, Math.min(AT_ONCE, files.size())), "images ahead");
  }

  /**
   * The content of the next file.
   *
   * @throws StorageRefused if its storage does not let this user read it
   * @throws IOException if its storage cannot be read
   */
  Content next() throws IOException {
    while (ahead.size() < AT_ONCE && rest.hasNext()) {
      ImageFile file = rest.next();
      ahead.add(threads.submit(() -> content(file)));
    }
    return Daemons.outcome(ahead.remove());
  }

  private Content content(ImageFile file) throws IOException {
    if (file.error() != null) {
      return new Content(null, file.error());
    }
    Location place = Location.absolute(file.place());
    if (!ObjectStore.isName(place.name())) {
      return new Content(null, file.place() + ": is not the name of a file");
    }
    ObjectStore folder;
    try {
      // Nothing is asked yet: it is the name that is refused.
      folder = folders.computeIfAbsent(place.folder().text(), stores::open);
    } catch (StorageRefused e) {
      return new Content(null, "cannot be read (" + e.getMessage() + ")");
    }
    try (InputStream in = folder.read(place.name())) {
      byte[] bytes = in.readNBytes(ShardIndex.MAX_RECORD + 1);
      return bytes.length <= ShardIndex.MAX_RECORD
          ? new Content(bytes, null)
          : new Content(null, tooLarge(file.place()));
    } catch (FileNotFoundException e) {
      return new Content(null, file.place() + ": does not exist");
    }
  }

  private static String tooLarge(String place) {
    return String.format(
        Locale.ROOT,
        "%s: has more than the %d bytes that an image may have",
        place,
        ShardIndex.MAX_RECORD);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
