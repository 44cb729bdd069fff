package org.googlenet.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.storage.FileStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps whole shards in a folder of this machine, up to a total number of bytes, so that later
 * epochs do not fetch them from the store again. The executors of a machine share the folder.
 *
 * <p>A shard's file is named by its SHA-256. The checksum is compared when a shard is fetched, and
 * again before a JVM first reads a file that it finds; a file that does not match its name is
 * fetched again. The least recently opened shards make room for new ones. If the folder cannot be
 * used, or a shard is larger than the whole cache, the store is read as if there were no cache. A
 * data set is kept as a whole or not at all: an epoch reads its records in an order that mixes all
 * shards, so a part of them would be fetched again and again.
 */
final class ShardCache {

  private static final Logger LOG = LoggerFactory.getLogger(ShardCache.class);
  private static final String LOCK = ".lock";

  /** It does not wait for a full disk, since the store has the shards. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * The names of a kept shard and of one that is being fetched; other files in the folder are not
   * touched.
   */
  private static final Pattern SHARD = Pattern.compile("[0-9a-f]{64}\\.shard");

  private static final Pattern UNFINISHED = Pattern.compile("\\.[0-9a-f]{64}\\.shard\\..*tmp");

  /** The tasks of a JVM share what is known about a folder, and change it one at a time. */
  private static final Map<Path, ShardCache> CACHES = new ConcurrentHashMap<>();

  private final Path folder;
  private final FileStore files;
  private final Set<String> verified = ConcurrentHashMap.newKeySet();
  private volatile boolean isUnusable;

  private ShardCache(Path folder) {
    this.folder = folder;
    this.files = new FileStore(folder.toString(), folder, PATIENCE);
  }

  /** The cache in a folder, which need not exist yet. */
  static ShardCache in(Path folder) {
    return CACHES.computeIfAbsent(folder.toAbsolutePath().normalize(), ShardCache::new);
  }

  /**
   * Opens bytes of a shard, as {@link ObjectStore#readRange} does, after fetching the whole shard
   * if it is not there.
   *
   * @param limit the most bytes that the folder may hold
   * @throws DataProblem if the store's object is not the shard of the data set
   * @throws FileNotFoundException if the store does not have it
   */
  InputStream open(ObjectStore store, Shard shard, long offset, long length, long limit)
      throws IOException {
    String name = shard.sha256() + ".shard";
    if (shard.bytes() <= limit && !isUnusable) {
      try {
        if (!isThere(name, shard)) {
          fetch(store, shard, name, limit);
        }
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Instant.now()));
        return files.readRange(name, offset, length);
      } catch (FileNotFoundException | NoSuchFileException e) {
        LOG.debug("{}: another executor has removed it to make room", name);
      } catch (IOException | StorageRefused e) {
        giveUp(e);
      }
    }
    return store.readRange(shard.name(), offset, length);
  }

  private boolean isThere(String name, Shard shard) throws IOException {
    if (!Files.isRegularFile(folder.resolve(name))) {
      return false;
    }
    if (!verified.contains(name)) {
      if (!sha256(files, name, OutputStream.nullOutputStream()).equals(shard.sha256())) {
        LOG.warn("{}/{}: is damaged and is fetched again", folder, name);
        return false;
      }
      verified.add(name);
    }
    return true;
  }

  /**
   * Fetches one shard at a time per machine, so that the limit is kept and no shard is fetched
   * twice.
   */
  private synchronized void fetch(ObjectStore store, Shard shard, String name, long limit)
      throws IOException {
    Files.createDirectories(folder);
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && isThere(name, shard)) {
        return;
      }
      files.delete(name);
      makeRoom(limit - shard.bytes());
      files.overwrite(
          name,
          out -> {
            if (!sha256(store, shard.name(), out).equals(shard.sha256())) {
              throw new DataProblem(
                  "shard %s/%s: has another SHA-256 than %s says; %s"
                      .formatted(
                          store.location(),
                          shard.name(),
                          Shard.DESCRIPTION,
                          DataProblem.MAKE_AGAIN));
            }
          });
      verified.add(name);
    }
  }

  /** Removes what a killed executor left unfinished, and then the least recently opened shards. */
  private void makeRoom(long most) throws IOException {
    List<Path> shards = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        String name = path.getFileName().toString();
        if (SHARD.matcher(name).matches()) {
          shards.add(path);
        } else if (UNFINISHED.matcher(name).matches()) {
          Files.deleteIfExists(path);
        }
      }
    }
    shards.sort(Comparator.comparingLong(path -> path.toFile().lastModified()));
    long held = shards.stream().mapToLong(path -> path.toFile().length()).sum();
    for (Path shard : shards) {
      if (held <= most) {
        return;
      }
      held -= Files.size(shard);
      files.delete(shard.getFileName().toString());
      verified.remove(shard.getFileName().toString());
    }
  }

  /** Copies an object and returns the SHA-256 of its content. */
  private static String sha256(ObjectStore store, String name, OutputStream out)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(store.read(name), digest)) {
      in.transferTo(out);
    }
    return Sha256.hex(digest.digest());
  }

  /**
   * Stops using the folder: on a full disk, for example, each new try would fetch a whole shard in
   * vain.
   */
  private void giveUp(Exception failure) {
    if (!isUnusable) {
      isUnusable = true;
      LOG.warn("{}: shards cannot be kept here, so the store is read ({})", folder, failure);
    }
  }
}
