package org.googlenet.data;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Locale;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.RecordVisitor;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;

/**
 * Reads a shard and its index from the first byte to the last, and reports everything that is wrong
 * with them and which records there are. Only one record at a time is in memory.
 */
public final class ShardCheck {

  /** The remedy for an image that cannot be decoded. */
  static final String MEND =
      "mend or remove it and make the data set again with 'googlenet prepare'";

  private static final int BUFFER = 1 << 16;

  /** Receives what a check finds. */
  public interface Listener {

    /**
     * Called for each thing that is wrong.
     *
     * @param position of the record in the shard, from 0; -1 for the shard as a whole
     * @param line names the thing, the value and the remedy
     */
    void defect(Defect defect, int position, String line);

    /**
     * Called for each record, whether or not its image can be decoded.
     *
     * @param label as it is written, if it is outside the classes too
     * @param keySha256 of the key in UTF-8
     * @param imageSha256 of the encoded image
     */
    void record(int position, String key, String label, byte[] keySha256, byte[] imageSha256);
  }

  private final ShardSource source;
  private final Shard shard;
  private final ShardFormat format;
  private final Labels labels;
  private final Listener listener;

  private ShardCheck(Dataset dataset, int number, Listener listener) {
    this.source = dataset.source(number);
    this.shard = source.shard();
    this.format = dataset.format();
    this.labels = dataset.labels();
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
    IndexedShard index = index();
    MessageDigest digest = Sha256.digest();
    long bytes;
    try (Counting in = new Counting(source.shards().read(shard.name()), digest)) {
      InputStream buffered = new BufferedInputStream(in, BUFFER);
      if (index != null) {
        records(index, buffered);
      }
      buffered.transferTo(OutputStream.nullOutputStream());
      bytes = in.bytes;
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
              Shard.DESCRIPTION,
              bytes < shard.bytes() ? " (truncated)" : ""));
      return;
    }
    String sha256 = Sha256.hex(digest.digest());
    if (!sha256.equals(shard.sha256())) {
      ofShard(
          Defect.SHARD,
          "has SHA-256 %s, %s says %s".formatted(sha256, Shard.DESCRIPTION, shard.sha256()));
    }
  }

  /** The shard's index; null if it cannot be used. */
  private IndexedShard index() throws IOException {
    try {
      return format.index(source);
    } catch (DataProblem e) {
      listener.defect(Defect.INDEX, -1, e.getMessage());
      return null;
    }
  }

  private void records(IndexedShard index, InputStream in) throws IOException {
    try {
      index.check(in, new Contents());
    } catch (DataProblem e) {
      listener.defect(Defect.INDEX, -1, e.getMessage());
    }
  }

  /** Checks what the format does not know: labels and images. */
  private final class Contents implements RecordVisitor {

    @Override
    public void damaged(int position, DataProblem problem) {
      listener.defect(Defect.RECORD, position, problem.getMessage());
    }

    @Override
    public void record(int position, StoredRecord record) {
      try {
        labels.label(source.where(), record);
      } catch (DataProblem e) {
        listener.defect(Defect.LABEL, position, e.getMessage());
      }
      try {
        if (!Decoder.isFlawless(record.image())) {
          listener.defect(Defect.FLAWED, position, flawed(record.key()));
        }
      } catch (UnreadableImage e) {
        DataProblem problem = unreadable(source.where(), record.key(), e);
        listener.defect(Defect.IMAGE, position, problem.getMessage());
      }
      listener.record(
          position,
          record.key(),
          record.label(),
          Sha256.digest().digest(record.key().getBytes(StandardCharsets.UTF_8)),
          Sha256.digest().digest(record.image()));
    }
  }

  /** Counts and digests the bytes that are read from a stream. */
  private static final class Counting extends DigestInputStream {

    private long bytes;

    Counting(InputStream in, MessageDigest digest) {
      super(in, digest);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      bytes += Math.max(count, 0);
      return count;
    }

    /** Reads instead of skipping, since skipped bytes belong to the digest too. */
    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, BUFFER)).length;
    }
  }

  /** The problem of a record whose image cannot be decoded. */
  static DataProblem unreadable(String where, String key, UnreadableImage why) {
    return new DataProblem(
        "%s: record %s: image %s; %s".formatted(where, key, why.getMessage(), MEND), why);
  }

  private String flawed(String key) {
    return "%s: record %s: image is decoded, but its library warns of it (damaged in part, or with a wrong profile); look at it"
        .formatted(source.where(), key);
  }

  private void ofShard(Defect defect, String what) {
    listener.defect(
        defect, -1, "%s: %s; %s".formatted(source.where(), what, DataProblem.MAKE_AGAIN));
  }
}
