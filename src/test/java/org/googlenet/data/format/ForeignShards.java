package org.googlenet.data.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.ShardIndexer;
import org.googlenet.storage.ObjectStore;

/** Writes shards as other libraries do, and indexes them. */
public final class ForeignShards {

  public static final IndexOptions BY_DEFAULT = new IndexOptions(Fields.DEFAULT, List.of(), 0);

  private ForeignShards() {}

  /** A tar with the label of each record before its image, and a caption between them. */
  public static byte[] webDataset(List<StoredRecord> records) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (StoredRecord record : records) {
      entries.put(record.key() + ".cls", (record.label() + "\n").getBytes(UTF_8));
      entries.put(record.key() + ".caption", "a picture".getBytes(UTF_8));
      entries.put(record.key() + ".JPEG", record.image());
    }
    return tar(entries);
  }

  /** A tar of files; a name that ends in a slash is a folder, a content of null a link. */
  public static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, 10240, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        boolean isLink = each.getValue() == null;
        TarArchiveEntry entry =
            isLink
                ? new TarArchiveEntry(each.getKey(), (byte) '2')
                : new TarArchiveEntry(each.getKey());
        entry.setModTime(0);
        if (isLink) {
          entry.setLinkName("/elsewhere");
        } else if (!entry.isDirectory()) {
          entry.setSize(each.getValue().length);
        }
        tar.putArchiveEntry(entry);
        if (!isLink && !entry.isDirectory()) {
          tar.write(each.getValue());
        }
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  /** A TFRecord file with the features of TensorFlow's ImageNet scripts, by way of a hash map. */
  public static byte[] tfRecord(List<StoredRecord> records) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (StoredRecord record : records) {
      Map<String, byte[]> features = new LinkedHashMap<>();
      features.put("image/height", integers(500));
      features.put("image/class/label", integers(Long.parseLong(record.label())));
      features.put("image/encoded", bytes(record.image()));
      features.put("image/filename", bytes((record.key() + ".JPEG").getBytes(UTF_8)));
      out.write(framed(example(features)));
    }
    return out.toByteArray();
  }

  /** An Example with features that are encoded already. */
  public static byte[] example(Map<String, byte[]> features) {
    ByteArrayOutputStream map = new ByteArrayOutputStream();
    features.forEach(
        (name, feature) ->
            map.writeBytes(part(1, joined(part(1, name.getBytes(UTF_8)), part(2, feature)))));
    return part(1, map.toByteArray());
  }

  /** A feature of one value. */
  public static byte[] bytes(byte[] value) {
    return part(1, part(1, value));
  }

  /** A feature of packed integers. */
  public static byte[] integers(long... values) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (long value : values) {
      varint(packed, value);
    }
    return part(3, part(1, packed.toByteArray()));
  }

  /** A field with a length, as protocol buffers have it. */
  public static byte[] part(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, number << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** An Example as a TFRecord. */
  public static byte[] framed(byte[] example) {
    ByteBuffer frame = ByteBuffer.allocate(16 + example.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(example.length);
    frame.putInt(masked(frame.array(), 0, 8));
    frame.put(example);
    frame.putInt(masked(frame.array(), 12, example.length));
    return frame.array();
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + 0xa282ead8;
  }

  public static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  public static byte[] zstd(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new ZstdCompressorOutputStream(out)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  /** Puts a shard into a store and indexes it there. */
  public static ShardIndexer.Indexed index(
      ObjectStore store, String name, byte[] content, IndexOptions options) throws IOException {
    store.overwrite(name, ObjectStore.Body.of(content));
    ShardSource source = new ShardSource(store, new Shard(name, 0, content.length, "", ""));
    return ShardIndexer.index(source, ForeignFormat.of(source).orElseThrow(), options, false);
  }
}
