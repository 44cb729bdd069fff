package org.googlenet.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.Packing;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.ObjectStore;

/**
 * Reads a shard that somebody else wrote once, checks every record of it, and writes the index of
 * the good ones.
 */
public final class ShardIndexer {

  private static final String MEND = "mend or remove it, or leave it out with --skip-bad";
  private static final int MAX_INDEX = 1 << 30;

  private final ShardSource source;
  private final ForeignFormat format;
  private final IndexOptions options;
  private final List<RecordIndex.Entry> entries = new ArrayList<>();
  private final List<ShardNotes.Bad> bad = new ArrayList<>();
  private final SortedMap<String, ShardNotes.Passed> passedOver = new TreeMap<>();
  private final SortedMap<String, String> classNames = new TreeMap<>();
  private final Set<String> keys = new HashSet<>();
  private final Set<String> twiceNamed = new HashSet<>();
  private final LabelCheck labels;
  private int found;

  /**
   * An indexed shard.
   *
   * @param shard as the data set's description is to have it
   * @param labels the different labels of its good records
   * @param isKept whether the index was there already
   */
  public record Indexed(Shard shard, List<String> labels, ShardNotes notes, boolean isKept)
      implements Serializable {}

  private ShardIndexer(ShardSource source, ForeignFormat format, IndexOptions options) {
    this.source = source;
    this.format = format;
    this.options = options;
    this.labels = new LabelCheck(options);
  }

  /**
   * Indexes a shard, or takes the index that is there from a run with the same options, if the
   * shard has the same length.
   *
   * @param source the shard; of its description only name and length are known yet
   * @param keepsBad whether an index that leaves out bad records is taken, too
   * @throws IOException if the storage cannot be read or written
   */
  public static Indexed index(
      ShardSource source, ForeignFormat format, IndexOptions options, boolean keepsBad)
      throws IOException {
    Optional<Indexed> kept = kept(source, format, options);
    if (kept.isPresent() && (keepsBad || kept.get().notes().bad().isEmpty())) {
      return kept.get();
    }
    return new ShardIndexer(source, format, options).run();
  }

  private static Optional<Indexed> kept(
      ShardSource source, ForeignFormat format, IndexOptions options) throws IOException {
    String name = RecordIndex.nameOf(source.shard().name());
    try {
      byte[] bytes = source.beside().readBytes(name, MAX_INDEX);
      RecordIndex index = RecordIndex.parse(bytes, name);
      boolean isSame =
          index.origin().bytes() == source.shard().bytes()
              && index.origin().options().equals(options.sha256(format.name()));
      return isSame ? Optional.of(indexed(source, index, bytes, true)) : Optional.empty();
    } catch (FileNotFoundException | DataProblem e) {
      // None yet, or one that a new one replaces.
      return Optional.empty();
    }
  }

  private static Indexed indexed(
      ShardSource source, RecordIndex index, byte[] bytes, boolean isKept) {
    String name = source.shard().name();
    Shard shard =
        new Shard(
            name,
            index.records(),
            index.origin().bytes(),
            index.origin().sha256(),
            Sha256.of(bytes));
    ShardNotes notes = ShardNotes.parse(index.notes(), RecordIndex.nameOf(name));
    return new Indexed(shard, index.labels(), notes, isKept);
  }

  private Indexed run() throws IOException {
    Packing packing = Packing.of(source);
    String sha256 = format.scan(source, options.fields(), new Scan());
    ShardNotes notes = new ShardNotes(bad, passedOver, classNames);
    RecordIndex.Origin origin =
        new RecordIndex.Origin(
            packing, source.shard().bytes(), sha256, options.sha256(format.name()));
    RecordIndex index = RecordIndex.of(origin, entries, notes.toBytes());
    byte[] bytes = index.toBytes();
    source
        .beside()
        .overwrite(RecordIndex.nameOf(source.shard().name()), ObjectStore.Body.of(bytes));
    return indexed(source, index, bytes, false);
  }

  private void bad(Defect kind, String what, String reason) {
    String subject = what.isEmpty() ? "" : what + ": ";
    bad.add(new ShardNotes.Bad(kind, found, "%s: %s%s".formatted(source.where(), subject, reason)));
    found++;
  }

  /** Checks what the format does not know: keys, labels and images. */
  private final class Scan implements ScanVisitor {

    @Override
    public void record(StoredRecord record, long place) {
      String what = "record " + record.key();
      String label = labels.flaw(record.label());
      String key = record.key();
      if (label != null) {
        ShardIndexer.this.bad(Defect.LABEL, what, label);
      } else if (key.isEmpty() || key.indexOf('.', key.lastIndexOf('/') + 1) >= 0) {
        ShardIndexer.this.bad(Defect.RECORD, what, "its key is empty or has a dot; " + MEND);
      } else if (keys.contains(key)) {
        ShardIndexer.this.bad(
            Defect.KEY,
            what,
            "its key is that of another record of the shard; give each its own, or take their positions with --key-field position");
      } else if (isImage(what, record)) {
        keys.add(key);
        entries.add(
            new RecordIndex.Entry(
                key,
                record.label(),
                place,
                record.image().length,
                RecordIndex.crc32c(record.image())));
        found++;
      }
    }

    private boolean isImage(String what, StoredRecord record) {
      if (record.image().length == 0) {
        ShardIndexer.this.bad(Defect.IMAGE, what, "image is empty; " + MEND);
        return false;
      }
      try {
        Decoder.check(record.image());
        return true;
      } catch (UnreadableImage e) {
        ShardIndexer.this.bad(Defect.IMAGE, what, "image " + e.getMessage() + "; " + MEND);
        return false;
      }
    }

    @Override
    public void className(String label, String name) {
      if (!options.classNames().isEmpty() || labels.flaw(label) != null) {
        // It is the user who names the classes, or there is no such class.
        return;
      }
      String other = classNames.putIfAbsent(label, name);
      if (other != null && !other.equals(name) && twiceNamed.add(label)) {
        ShardIndexer.this.bad(
            Defect.CLASSES,
            "",
            "class %s is named both '%s' and '%s'; name the classes by --class-names"
                .formatted(label, other, name));
      }
    }

    @Override
    public void bad(String what, String reason) {
      ShardIndexer.this.bad(Defect.RECORD, what, reason);
    }

    @Override
    public void broken(String reason) {
      ShardIndexer.this.bad(Defect.SHARD, "", reason);
    }

    @Override
    public void passedOver(String kind, String name) {
      passedOver.merge(kind, ShardNotes.Passed.of(name), ShardNotes.Passed::plus);
    }
  }
}
