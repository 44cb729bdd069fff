package org.googlenet.data.format;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.googlenet.common.Sha256;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.ObjectStore;

/**
 * A shard as a tar in the WebDataset format: for each record {@code key.jpg} or {@code key.png},
 * then {@code key.cls} with the label as text.
 *
 * <p>Nothing is ever unpacked to files, so an entry's name is a key and never a path. The same
 * records give the same bytes.
 */
public final class TarShard {

  /** WebDataset's rule: the key ends at the first dot after the last slash. */
  private static final Pattern ENTRY = Pattern.compile("((?:.*/)?[^/.]+)\\.([^/]+)");

  private static final int MODE = 0100644;

  private TarShard() {}

  /** Gives the records of a shard one after the other. */
  @FunctionalInterface
  public interface Source {

    /** Called once for each try to write the shard: hands all records to the sink. */
    void writeTo(Sink sink) throws IOException;
  }

  /** Takes the records of a shard. */
  @FunctionalInterface
  public interface Sink {

    void add(Record record) throws IOException;
  }

  /**
   * Writes a shard and, after it, its index; replaces what lies there. One record at a time is in
   * memory.
   *
   * @param name the shard's name, ending in {@code .tar}
   * @return what {@code dataset.json} says about the shard
   * @throws UnreadableImage if a record's image is neither JPEG nor PNG
   */
  public static Dataset.Shard write(ObjectStore store, String name, Source records)
      throws IOException {
    AtomicReference<Dataset.Shard> shard = new AtomicReference<>();
    AtomicReference<ShardIndex> index = new AtomicReference<>();
    store.overwrite(
        name,
        out -> {
          MessageDigest digest = Sha256.digest();
          Writer writer = new Writer(new DigestOutputStream(out, digest));
          records.writeTo(writer::add);
          index.set(writer.finish());
          shard.set(
              new Dataset.Shard(
                  name,
                  index.get().records(),
                  writer.bytes(),
                  Sha256.hex(digest.digest()),
                  Sha256.of(index.get().toBytes())));
        });
    store.overwrite(shard.get().indexName(), ObjectStore.Body.of(index.get().toBytes()));
    return shard.get();
  }

  /** Writes records as a tar and notes where each begins. */
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
      if (!ENTRY.matcher(name).matches()) {
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

  /** Reads consecutive records of a shard; one at a time is in memory. */
  public static final class Reader implements Closeable {

    private final String where;
    private final Dataset dataset;
    private final Parser parser;
    private final ShardIndex index;
    private final InputStream in;
    private final int to;
    private int position;

    /** Opens a range of the shard whose index is given. */
    public Reader(
        Dataset dataset, ObjectStore store, Dataset.Shard shard, ShardIndex index, Range range)
        throws IOException {
      this.where = "shard " + store.location() + "/" + shard.name();
      this.dataset = dataset;
      this.parser = new Parser(where, dataset);
      this.index = index;
      this.position = range.from();
      this.to = range.to();
      long begin = index.offset(range.from());
      this.in = open(store, shard, begin, index.offset(to) - begin);
    }

    /**
     * The next record, or null after the last.
     *
     * @throws DataProblem if the shard ends too early, or what is there is not an image and a label
     *     of the data set's classes
     */
    public Record next() throws IOException {
      if (position == to) {
        return null;
      }
      int length = index.length(position);
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: ends within record %d, at byte %d of %d that it needs (truncated); %s",
                where,
                position,
                index.offset(position) + bytes.length,
                index.offset(position + 1),
                Dataset.MAKE_AGAIN));
      }
      Content content = parser.content(position, bytes);
      Record record = new Record(content.key, content.image, parser.label(content));
      position++;
      return record;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    private InputStream open(ObjectStore store, Dataset.Shard shard, long offset, long length)
        throws IOException {
      try {
        return dataset.open(store, shard, offset, length);
      } catch (FileNotFoundException e) {
        throw new DataProblem(where + ": is missing; " + Dataset.MAKE_AGAIN, e);
      }
    }
  }

  /** What a tar holds of a record; the label is as it is written. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Content(String key, byte[] image, byte[] label) {}

  /**
   * Takes the records of a shard apart.
   *
   * @param where the shard's name, for messages
   */
  public record Parser(String where, Dataset dataset) {

    /**
     * The image and the label in the bytes of a record.
     *
     * @param position of the record, from 0, for messages
     * @throws DataProblem if they are not the tar of one record
     */
    public Content content(int position, byte[] bytes) {
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.name())) {
        String key = null;
        byte[] image = null;
        byte[] label = null;
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          Matcher name = ENTRY.matcher(entry.getName());
          if (!entry.isFile() || !name.matches()) {
            throw damaged(
                position, "entry '" + entry.getName() + "' is not an image or a label", null);
          }
          if (key != null && !key.equals(name.group(1))) {
            throw damaged(
                position, "has entries of '" + key + "' and '" + name.group(1) + "'", null);
          }
          key = name.group(1);
          // A sparse entry claims more than the record holds; no more than that is taken.
          byte[] content = tar.readNBytes(bytes.length);
          switch (name.group(2).toLowerCase(Locale.ROOT)) {
            case "jpg", "jpeg", "png" -> image = content;
            case "cls" -> label = content;
            default -> {}
          }
        }
        if (image == null || label == null) {
          throw damaged(position, "lacks its image (jpg, jpeg, png) or its label (cls)", null);
        }
        return new Content(key, image, label);
      } catch (IOException | IllegalArgumentException e) {
        throw damaged(position, "is not in tar format (" + TarListing.why(e) + ")", e);
      }
    }

    /**
     * The class, from 0.
     *
     * @throws DataProblem if the label is none of the data set's
     */
    public int label(Content content) {
      String key = content.key;
      byte[] text = Arrays.copyOf(content.label, Math.min(content.label.length, 20));
      String label = new String(text, StandardCharsets.US_ASCII).strip();
      if (!label.matches("-?[0-9]{1,9}")) {
        throw new DataProblem(
            "%s: record %s: label '%s' is not a number; %s"
                .formatted(where, key, label, Dataset.MAKE_AGAIN));
      }
      int first = dataset.labelBase();
      int last = first + dataset.classes() - 1;
      int value = Integer.parseInt(label);
      if (value < first || value > last) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: record %s: label %d is outside %d..%d (data set has %d classes); %s",
                where,
                key,
                value,
                first,
                last,
                dataset.classes(),
                Dataset.MAKE_AGAIN));
      }
      return value - first;
    }

    private DataProblem damaged(int position, String what, Throwable cause) {
      return new DataProblem(
          String.format(
              Locale.ROOT, "%s: record %d %s; %s", where, position, what, Dataset.MAKE_AGAIN),
          cause);
    }
  }
}
