package org.googlenet.data;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Locale;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.ObjectStore;

/**
 * Reads a shard and its index from the first byte to the last, and tells everything that is wrong
 * with them and what images there are. One record at a time is in memory.
 */
public final class ShardCheck {

  /** Is told what is found. */
  public interface Listener {

    /**
     * Something is wrong.
     *
     * @param position of the record in the shard, from 0; -1 for the shard as a whole
     * @param line names the thing, the value and the remedy
     */
    void defect(Defect defect, int position, String line);

    /**
     * A record is there, with an image that may be a good one or not.
     *
     * @param keySha256 of the key in UTF-8
     * @param imageSha256 of the encoded image
     */
    void record(int position, String key, byte[] keySha256, byte[] imageSha256);
  }

  private final ObjectStore store;
  private final Dataset.Shard shard;
  private final String where;
  private final TarShard.Parser parser;
  private final Listener listener;

  private ShardCheck(Dataset dataset, int number, Listener listener) {
    this.store = dataset.store();
    this.shard = dataset.shards().get(number);
    this.where = dataset.nameOf(number);
    this.parser = new TarShard.Parser(where, dataset);
    this.listener = listener;
  }

  /**
   * Checks one shard.
   *
   * @param number its position in the data set
   * @throws IOException if the storage cannot be read
   */
  public static void of(Dataset dataset, int number, Listener listener) throws IOException {
    new ShardCheck(dataset, number, listener).run();
  }

  private void run() throws IOException {
    ShardIndex index = index();
    MessageDigest digest = Sha256.digest();
    long bytes;
    try (InputStream in =
        new BufferedInputStream(new DigestInputStream(store.read(shard.name()), digest), 1 << 16)) {
      bytes = index == null ? 0 : records(in, index);
      bytes += rest(in, index != null);
    } catch (FileNotFoundException e) {
      ofShard(Defect.SHARD, "is missing");
      return;
    }
    if (bytes != shard.bytes()) {
      ofShard(
          Defect.SHARD,
          String.format(
              Locale.ROOT,
              "has %d bytes and not %d as %s says%s",
              bytes,
              shard.bytes(),
              Dataset.DESCRIPTION,
              bytes < shard.bytes() ? " (truncated)" : ""));
      return;
    }
    String sha256 = Sha256.hex(digest.digest());
    if (!sha256.equals(shard.sha256())) {
      ofShard(
          Defect.SHARD,
          "has SHA-256 %s, %s says %s".formatted(sha256, Dataset.DESCRIPTION, shard.sha256()));
    }
  }

  /** Null if it is of no use. */
  private ShardIndex index() throws IOException {
    try {
      ShardIndex index = Dataset.index(store, shard);
      if (index.offset(0) == 0) {
        return index;
      }
      ofShard(Defect.INDEX, "its index begins at byte " + index.offset(0) + " of it");
    } catch (DataProblem e) {
      listener.defect(Defect.INDEX, -1, e.getMessage());
    }
    return null;
  }

  /** The bytes of the records; a shard that ends within one is found by its length. */
  private long records(InputStream in, ShardIndex index) throws IOException {
    for (int position = 0; position < index.records(); position++) {
      byte[] bytes = in.readNBytes(index.length(position));
      if (bytes.length < index.length(position)) {
        return index.offset(position) + bytes.length;
      }
      record(position, bytes);
    }
    return index.offset(index.records());
  }

  private void record(int position, byte[] bytes) {
    TarShard.Content content;
    try {
      content = parser.content(position, bytes);
    } catch (DataProblem e) {
      listener.defect(Defect.RECORD, position, e.getMessage());
      return;
    }
    try {
      parser.label(content);
    } catch (DataProblem e) {
      listener.defect(Defect.LABEL, position, e.getMessage());
    }
    try {
      Decoder.check(content.image());
    } catch (UnreadableImage e) {
      listener.defect(Defect.IMAGE, position, unreadable(where, content.key(), e).getMessage());
    }
    listener.record(
        position,
        content.key(),
        Sha256.digest().digest(content.key().getBytes(StandardCharsets.UTF_8)),
        Sha256.digest().digest(content.image()));
  }

  /** What to say of a record whose image cannot be decoded. */
  static DataProblem unreadable(String where, String key, UnreadableImage why) {
    return new DataProblem(
        "%s: record %s: image %s; mend or remove it and make the data set again with 'googlenet prepare'"
            .formatted(where, key, why.getMessage()),
        why);
  }

  /** Reads on to the end: behind the last record there are only zeros, a tar's end. */
  private long rest(InputStream in, boolean isEnd) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    boolean isZero = true;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      bytes += count;
      for (int i = 0; i < count; i++) {
        isZero &= buffer[i] == 0;
      }
    }
    if (isEnd && !isZero) {
      ofShard(
          Defect.INDEX,
          String.format(
              Locale.ROOT,
              "holds more behind the last of the %d records of its index",
              shard.records()));
    }
    return bytes;
  }

  private void ofShard(Defect defect, String what) {
    listener.defect(defect, -1, "%s: %s; %s".formatted(where, what, Dataset.MAKE_AGAIN));
  }
}
