package org.googlenet.data.format;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.googlenet.common.Sha256;
import org.googlenet.storage.ObjectStore;

/**
 * The good records of a shard that somebody else wrote, in the shard's order: for each its key, its
 * label, where its image lies, and the image's CRC32C.
 *
 * <p>Its object lies beside {@code dataset.json} ({@code train-000.tar.records} for {@code
 * train-000.tar}) and is big-endian: a header of {@value #HEADER} bytes; n places (long), lengths,
 * CRCs, numbers of labels and ends of keys (int); m ends of labels (int); then the keys, the m
 * different labels and the notes, as UTF-8. The header is the four letters {@code GNRI}, version 1
 * (int), n, m, the bytes of the keys, of the labels and of the notes (int), the shard's packing
 * (int) and length (long), and the SHA-256 of the shard and of what it was indexed with.
 *
 * <p>A record takes 24 bytes and its key: with keys of 20 letters, 56 MB for ImageNet's 1.28
 * million, or 560 KB for each of 100 shards of 12,800 records.
 */
public final class RecordIndex {

  private static final String SUFFIX = ".records";
  private static final int MAGIC = 0x474E5249;
  private static final int VERSION = 1;
  private static final int HEADER = 104;
  private static final int NOTES_LENGTH_AT = 24;
  private static final int SHA_256 = 32;

  /** A place, a length, a CRC, a label's number and a key's end. */
  private static final int COLUMNS = 8 + 4 * 4;

  private static final int MAX_BYTES = 1 << 30;

  private final byte[] bytes;
  private final ByteBuffer columns;
  private final int records;
  private final String[] labels;
  private final Origin origin;
  private final int keysAt;
  private final int notesAt;

  /**
   * A record that can be used.
   *
   * @param key without a dot behind its last slash
   * @param label as the shard has it: a number or a name
   * @param place where its image is: the offset in bytes (in what a packed shard contains), or what
   *     else the format counts by, such as a row
   * @param length of the image in bytes
   * @param crc32c of the image
   */
  public record Entry(String key, String label, long place, int length, int crc32c) {}

  /**
   * What the index was made of.
   *
   * @param bytes the shard's length
   * @param sha256 of the shard
   * @param options SHA-256 of all that decides which records a shard has
   */
  public record Origin(Packing packing, long bytes, String sha256, String options) {}

  /** The name of the index's object: {@code a/train-000.tar.records} of {@code a/train-000.tar}. */
  public static String nameOf(String shard) {
    return shard + SUFFIX;
  }

  /** Whether an object's name is that of an index. */
  static boolean isNameOfOne(String object) {
    return object.endsWith(SUFFIX);
  }

  /**
   * Whether a shard's index is there.
   *
   * @throws DataProblem if the object of its name is something else, which is not to be replaced
   */
  public static boolean isThere(ObjectStore beside, String shard) throws IOException {
    String name = nameOf(shard);
    byte[] start;
    try {
      start = beside.readStart(name, Integer.BYTES);
    } catch (FileNotFoundException e) {
      return false;
    }
    if (start.length < Integer.BYTES || ByteBuffer.wrap(start).getInt() != MAGIC) {
      throw new DataProblem(
          "%s/%s: is in the way, and not an index of 'googlenet index'; move it, or name another output"
              .formatted(beside.location(), name));
    }
    return true;
  }

  /** The CRC32C of an image. */
  public static int crc32c(byte[] image) {
    CRC32C crc = new CRC32C();
    crc.update(image);
    return (int) crc.getValue();
  }

  /**
   * Makes an index.
   *
   * @param notes what else is to be known of the shard; may be empty
   */
  public static RecordIndex of(Origin origin, List<Entry> entries, byte[] notes) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (Entry entry : entries) {
      labels.putIfAbsent(entry.label(), labels.size());
    }
    Column keys = new Column();
    ByteBuffer keyEnds = ByteBuffer.allocate(4 * entries.size());
    for (Entry entry : entries) {
      keyEnds.putInt(keys.end(entry.key()));
    }
    Column names = new Column();
    ByteBuffer nameEnds = ByteBuffer.allocate(4 * labels.size());
    for (String label : labels.keySet()) {
      nameEnds.putInt(names.end(label));
    }
    int n = entries.size();
    int fixed = HEADER + COLUMNS * n + 4 * labels.size();
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(fixed, keys.size() + names.size() + notes.length));
    out.putInt(MAGIC).putInt(VERSION).putInt(n).putInt(labels.size());
    out.putInt(keys.size()).putInt(names.size()).putInt(notes.length);
    out.putInt(origin.packing().code()).putLong(origin.bytes());
    out.put(HexFormat.of().parseHex(origin.sha256()))
        .put(HexFormat.of().parseHex(origin.options()));
    entries.forEach(entry -> out.putLong(entry.place()));
    entries.forEach(entry -> out.putInt(entry.length()));
    entries.forEach(entry -> out.putInt(entry.crc32c()));
    entries.forEach(entry -> out.putInt(labels.get(entry.label())));
    out.put(keyEnds.array()).put(nameEnds.array());
    out.put(keys.toByteArray()).put(names.toByteArray()).put(notes);
    return parse(out.array(), "a new index");
  }

  /** Texts one behind the other. */
  private static final class Column extends ByteArrayOutputStream {

    /** Appends a text, and says where it ends. */
    int end(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return size();
    }
  }

  /** About what a record takes, with a key of 40 letters. */
  private static final int ABOUT = 64;

  /**
   * The index of a shard without its notes, read unless it is kept.
   *
   * @throws DataProblem if it is missing, damaged, or not the one that the description names
   */
  public static RecordIndex read(ShardSource source) throws IOException {
    long size = (long) ABOUT * source.shard().records();
    return source.index(RecordIndex.class, size, () -> readNow(source));
  }

  private static RecordIndex readNow(ShardSource source) throws IOException {
    String name = nameOf(source.shard().name());
    String where = "index " + source.beside().location() + "/" + name;
    byte[] bytes;
    try (InputStream in = source.beside().read(name)) {
      bytes = in.readNBytes(MAX_BYTES);
    } catch (FileNotFoundException e) {
      throw new DataProblem(where + ": is missing; " + AGAIN, e);
    }
    if (!Sha256.of(bytes).equals(source.shard().indexSha256())) {
      throw new DataProblem(
          "%s: has another SHA-256 than %s says; %s".formatted(where, Shard.DESCRIPTION, AGAIN));
    }
    RecordIndex index = parse(bytes, where).withoutNotes();
    if (index.records != source.shard().records()
        || index.origin.bytes() != source.shard().bytes()) {
      throw new DataProblem("%s: is that of another shard; %s".formatted(where, AGAIN));
    }
    return index;
  }

  private static final String AGAIN = "make it again with 'googlenet index'";

  /**
   * Reads an index; nothing is copied but the labels.
   *
   * @param where its name, for messages
   * @throws DataProblem if it is not an index
   */
  public static RecordIndex parse(byte[] bytes, String where) {
    try {
      return new RecordIndex(bytes);
    } catch (IllegalArgumentException e) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: is not an index (version %d) of records; %s",
              where,
              VERSION,
              AGAIN),
          e);
    }
  }

  private RecordIndex(byte[] bytes) {
    require(bytes.length >= HEADER);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    require(in.getInt() == MAGIC && in.getInt() == VERSION);
    int n = in.getInt();
    int m = in.getInt();
    int keyBytes = in.getInt();
    int labelBytes = in.getInt();
    int noteBytes = in.getInt();
    int packing = in.getInt();
    require(Math.min(Math.min(n, m), Math.min(keyBytes, Math.min(labelBytes, noteBytes))) >= 0);
    require(n <= ShardIndex.MAX_RECORDS && m <= n);
    long columns = (long) COLUMNS * n + 4L * m;
    require(HEADER + columns + keyBytes + labelBytes + noteBytes == bytes.length);
    this.origin =
        new Origin(Packing.ofCode(packing), in.getLong(), hex(in, SHA_256), hex(in, SHA_256));
    this.bytes = bytes;
    this.columns = in.slice(HEADER, (int) columns);
    this.records = n;
    this.keysAt = HEADER + (int) columns;
    this.notesAt = keysAt + keyBytes + labelBytes;
    checkEnds(20 * n, n, keyBytes);
    checkEnds(24 * n, m, labelBytes);
    this.labels = new String[m];
    for (int i = 0; i < m; i++) {
      labels[i] = text(keysAt + keyBytes, 24 * n, i);
    }
    for (int i = 0; i < n; i++) {
      int label = this.columns.getInt(16 * n + 4 * i);
      require(label >= 0 && label < m && place(i) >= 0);
      require(length(i) > 0 && length(i) <= ShardIndex.MAX_RECORD);
    }
  }

  /** The same records, without what only a later indexing needs. */
  private RecordIndex withoutNotes() {
    byte[] shorter = Arrays.copyOf(bytes, notesAt);
    ByteBuffer.wrap(shorter).putInt(NOTES_LENGTH_AT, 0);
    return new RecordIndex(shorter);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("not an index");
    }
  }

  private static String hex(ByteBuffer in, int length) {
    byte[] value = new byte[length];
    in.get(value);
    return Sha256.hex(value);
  }

  /** The ends of texts grow up to the length of all. */
  private void checkEnds(int at, int count, int length) {
    int last = 0;
    for (int i = 0; i < count; i++) {
      int end = columns.getInt(at + 4 * i);
      require(end >= last);
      last = end;
    }
    require(last == length);
  }

  private String text(int textsAt, int endsAt, int i) {
    int from = i == 0 ? 0 : columns.getInt(endsAt + 4 * (i - 1));
    int to = columns.getInt(endsAt + 4 * i);
    return new String(bytes, textsAt + from, to - from, StandardCharsets.UTF_8);
  }

  /** What the index was made of. */
  public Origin origin() {
    return origin;
  }

  /** The number of records. */
  public int records() {
    return records;
  }

  /** A record's key. */
  public String key(int record) {
    return text(keysAt, 20 * records, record);
  }

  /** A record's label, as the shard has it. */
  public String label(int record) {
    return labels[columns.getInt(16 * records + 4 * record)];
  }

  /** The different labels, in the order of their first records. */
  public List<String> labels() {
    return List.of(labels);
  }

  /** Where a record's image is. */
  public long place(int record) {
    return columns.getLong(8 * record);
  }

  /** The length of a record's image, at least 1. */
  public int length(int record) {
    return columns.getInt(8 * records + 4 * record);
  }

  /** The bytes of all images. */
  public long imageBytes() {
    long sum = 0;
    for (int record = 0; record < records; record++) {
      sum += length(record);
    }
    return sum;
  }

  /** What was noted with the index. */
  public byte[] notes() {
    return Arrays.copyOfRange(bytes, notesAt, bytes.length);
  }

  /** The content of the index's object. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * A record with its image.
   *
   * @param where the shard's name, for messages
   * @param image the bytes that now lie at its place
   * @throws DamagedRecord if they are not those that were indexed
   */
  public StoredRecord record(String where, int record, byte[] image) {
    if (image.length != length(record)
        || crc32c(image) != columns.getInt(12 * records + 4 * record)) {
      throw damaged(
          where, record, "its image is not the one that was indexed: the shard has changed", null);
    }
    return new StoredRecord(key(record), image, label(record));
  }

  /**
   * The problem of one record.
   *
   * @param what is wrong with it
   */
  public DamagedRecord damaged(String where, int record, String what, Throwable cause) {
    return new DamagedRecord(
        record,
        "%s: record %s: %s; bring the shard back as it was, or index it again with 'googlenet index'"
            .formatted(where, key(record), what),
        cause);
  }
}
