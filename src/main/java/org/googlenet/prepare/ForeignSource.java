package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Images in shards that others wrote, of a format that reads them from the first byte to the last.
 *
 * <p>An image's object is a {@link SourceShard}, its offset what the format calls its place.
 *
 * @param shards paths or URIs with commas between them: files, folders with all below them, globs,
 *     and names with braces, in which a comma belongs to the name
 * @param format the format's name
 * @param options which fields are image, label and key, and the classes
 */
public record ForeignSource(String shards, String format, IndexOptions options)
    implements ImageSource {

  private static final Pattern COMMA = Pattern.compile(",(?![^{]*\\})");

  /** A kind that is named as its format. */
  private abstract static class Kind implements ImageSourceKind {

    private final String format;

    Kind(String format) {
      this.format = format;
    }

    @Override
    public final String name() {
      return format;
    }

    @Override
    public final boolean hasFields() {
      return true;
    }

    @Override
    public final ImageSource source(Inputs inputs) {
      return new ForeignSource(inputs.images(), format, options(format, inputs));
    }
  }

  /** The kind named {@code webdataset}. */
  public static final class WebDatasetKind extends Kind {
    public WebDatasetKind() {
      super("webdataset");
    }
  }

  /** The kind named {@code tfrecord}. */
  public static final class TfRecordKind extends Kind {
    public TfRecordKind() {
      super("tfrecord");
    }
  }

  /** The kind named {@code parquet}. */
  public static final class ParquetKind extends Kind {
    public ParquetKind() {
      super("parquet");
    }
  }

  /**
   * The options among what the user gave for a kind whose labels are in its records.
   *
   * @throws PrepareRefused if the user gave labels or synsets, too
   */
  static IndexOptions options(String kind, ImageSourceKind.Inputs inputs) {
    if (inputs.labels().isPresent() || inputs.synsets().isPresent()) {
      throw new PrepareRefused(
          "--labels, --synsets: --source %s has its labels in its records; name their field by --label-field, and the classes by --classes"
              .formatted(kind));
    }
    return new IndexOptions(inputs.fields(), inputs.classNames(), inputs.labelBase());
  }

  /** The files that the user named. */
  static ShardFiles files(Stores stores, String names) throws IOException {
    return ShardFiles.of(stores, List.of(COMMA.split(names)));
  }

  private record Task(SourceShard shard, boolean isNamed) implements Serializable {}

  @Override
  public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
    ShardFiles files = files(stores, shards);
    List<Task> tasks = new ArrayList<>();
    for (ShardFiles.File file : files.files()) {
      SourceShard shard = new SourceShard(files.root().text(), file.name(), file.bytes());
      tasks.add(new Task(shard, file.isNamed()));
    }
    LabelledImages all = new LabelledImages();
    spark
        .parallelize(tasks, tasks.size())
        .map(task -> scanned(stores, task))
        .collect()
        .forEach(all::add);
    return all.listing(this, options);
  }

  private LabelledImages scanned(Stores stores, Task task) {
    LabelledImages images = new LabelledImages();
    ShardSource source = task.shard().open(stores);
    ForeignFormat reader = ScannedShard.named(format);
    try {
      boolean isShard =
          task.isNamed()
              || ForeignFormat.of(source).filter(found -> found.name().equals(format)).isPresent();
      if (isShard) {
        reader.scan(source, options.fields(), new Lister(task.shard(), images));
      } else {
        images.omissions().add(Omission.OTHER, task.shard().name());
      }
    } catch (IOException e) {
      throw StorageProblem.at(task.shard().place(), e);
    }
    return images;
  }

  /** Takes the records of a shard without their bytes. */
  private record Lister(SourceShard shard, String object, LabelledImages images)
      implements ScanVisitor {

    Lister(SourceShard shard, LabelledImages images) {
      this(shard, shard.object(), images);
    }

    @Override
    public void record(StoredRecord record, long place) {
      String key = record.key();
      boolean isKey =
          !key.isEmpty()
              && key.indexOf('.', key.lastIndexOf('/') + 1) < 0
              && key.chars().noneMatch(Character::isISOControl);
      if (isKey) {
        images.add(key, record.label(), object, place, record.image().length);
      } else {
        omit(
            Omission.NAME,
            "record " + key + ": its key is empty, or has a dot or a control character; rename it");
      }
    }

    @Override
    public void className(String label, String name) {
      images.addClassName(label, name);
    }

    @Override
    public void bad(String what, String reason) {
      omit(Omission.RECORD, what + ": " + reason);
    }

    @Override
    public void broken(String reason) {
      omit(Omission.SHARD, reason);
    }

    @Override
    public void passedOver(String kind, String name) {
      images.omissions().add(Omission.OTHER, name);
    }

    private void omit(Omission why, String line) {
      images.omissions().add(why, shard.place() + ": " + line);
    }
  }

  @Override
  public boolean readsWholeObjects() {
    return true;
  }

  @Override
  public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
    for (int from = 0, to = 1; from < images.size(); from = to) {
      String object = images.get(from).object();
      for (to = from + 1; to < images.size() && images.get(to).object().equals(object); ) {
        to++;
      }
      Reading reading = new Reading(images.subList(from, to), visitor);
      try {
        ShardSource source = SourceShard.of(object).open(stores);
        ScannedShard.named(format).scan(source, options.fields(), reading);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      reading.end();
    }
  }

  /** Passes images of one shard on, in the order in which they are wanted. */
  private final class Reading implements ScanVisitor {

    private final List<ImageRef> wanted;
    private final Visitor visitor;
    private final Map<Long, ImageRef> byPlace = new HashMap<>();
    private final Map<Long, byte[]> waiting = new HashMap<>();
    private int next;

    Reading(List<ImageRef> wanted, Visitor visitor) {
      this.wanted = wanted;
      this.visitor = visitor;
      wanted.forEach(image -> byPlace.put(image.offset(), image));
    }

    @Override
    public void record(StoredRecord record, long place) {
      ImageRef image = byPlace.get(place);
      if (image == null
          || !image.key().equals(record.key())
          || image.bytes() != record.image().length) {
        return;
      }
      waiting.put(place, record.image());
      try {
        for (byte[] encoded = take(); encoded != null; encoded = take()) {
          visitor.image(wanted.get(next++), encoded);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The bytes of the next image; null if they have not been read. */
    private byte[] take() {
      return next == wanted.size() ? null : waiting.remove(wanted.get(next).offset());
    }

    /** Passes on what waits for an image that has not come. */
    void end() throws IOException {
      for (; next < wanted.size(); next++) {
        ImageRef image = wanted.get(next);
        byte[] encoded = waiting.remove(image.offset());
        if (encoded == null) {
          visitor.gone(
              image,
              new DataProblem(
                  nameOf(image)
                      + ": went away, since the shard has changed; let nobody change the source"));
        } else {
          visitor.image(image, encoded);
        }
      }
    }

    // All else was told when the source was listed.

    @Override
    public void className(String label, String name) {}

    @Override
    public void bad(String what, String reason) {}

    @Override
    public void broken(String reason) {}

    @Override
    public void passedOver(String kind, String name) {}
  }

  @Override
  public String place() {
    return shards;
  }

  @Override
  public String nameOf(ImageRef image) {
    return SourceShard.of(image.object()).place() + ": record " + image.key();
  }
}
