package org.googlenet.data.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.googlenet.common.Sha256;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.ObjectStore;

/**
 * Writes a shard as a tar in the WebDataset format: for each record the image, such as {@code
 * key.jpg}, by the extension of its format, then {@code key.cls} with the label as text.
 *
 * <p>Nothing is ever unpacked into files, so an entry's name is a key and never a path. The same
 * records give the same bytes.
 */
public final class TarShard {

  private static final int MODE = 0100644;

  private TarShard() {}

  /** Provides the records of a shard, one after the other. */
  @FunctionalInterface
  public interface Source {

    /** Passes all records to the sink; called once for each attempt to write the shard. */
    void writeTo(Sink sink) throws IOException;
  }

  /** Receives the records of a shard. */
  @FunctionalInterface
  public interface Sink {

    void add(Record record) throws IOException;
  }

  /**
   * Writes a shard and then its index, replacing what is there. Only one record at a time is in
   * memory.
   *
   * @param name the shard's name, ending in {@code .tar}
   * @return the shard, as {@code dataset.json} is to describe it
   * @throws UnreadableImage if a record's image is of no format that can be decoded
   */
  public static Shard write(ObjectStore store, String name, Source records) throws IOException {
    AtomicReference<Shard> shard = new AtomicReference<>();
    AtomicReference<ShardIndex> index = new AtomicReference<>();
    store.overwrite(
        name,
        out -> {
          MessageDigest digest = Sha256.digest();
          Writer writer = new Writer(new DigestOutputStream(out, digest));
          records.writeTo(writer::add);
          index.set(writer.finish());
          shard.set(
              new Shard(
                  name,
                  index.get().records(),
                  writer.bytes(),
                  Sha256.hex(digest.digest()),
                  Sha256.of(index.get().toBytes())));
        });
    store.overwrite(indexName(name), ObjectStore.Body.of(index.get().toBytes()));
    return shard.get();
  }

  /** The name of the index's object: {@code train-00000.idx} of {@code train-00000.tar}. */
  static String indexName(String shard) {
    return shard.substring(0, shard.length() - ".tar".length()) + ".idx";
  }

  /** Writes records as a tar and notes the place where each begins. */
  static final class Writer {

    private final OutputStream buffered;
    private final TarArchiveOutputStream tar;
    private final LongStream.Builder offsets = LongStream.builder().add(0);

    Writer(OutputStream out) {
      buffered = new BufferedOutputStream(out, 1 << 16);
      tar = new TarArchiveOutputStream(buffered, StandardCharsets.UTF_8.name());
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    void add(Record record) throws IOException {
      String extension = ImageHeader.of(record.image()).format().extension();
      put(record.key() + "." + extension, record.image());
      put(
          record.key() + ".cls",
          Integer.toString(record.label()).getBytes(StandardCharsets.US_ASCII));
      offsets.add(tar.getBytesWritten());
    }

    ShardIndex finish() throws IOException {
      tar.finish();
      // Not tar.flush(): it does not reach the stream below.
      buffered.flush();
      return new ShardIndex(offsets.build().toArray());
    }

    long bytes() {
      return tar.getBytesWritten();
    }

    private void put(String name, byte[] content) throws IOException {
      if (!TarRecord.ENTRY.matcher(name).matches()) {
        throw new IllegalArgumentException("'" + name + "' is not a key, a dot and an extension");
      }
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      entry.setModTime(0);
      entry.setMode(MODE);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
  }
}
