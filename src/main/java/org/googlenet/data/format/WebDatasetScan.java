package org.googlenet.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** One pass over a WebDataset tar, which gathers the entries of each key. */
final class WebDatasetScan {

  private static final int BLOCK = 512;

  /** Names that the library itself keeps for what is no record. */
  private static final Pattern META = Pattern.compile("(.*/)?__[^/]*__(/.*)?");

  private static final String COPY = "copy the shard again";

  private final WholeShard shard;
  private final TarArchiveInputStream tar;
  private final Fields fields;
  private final ScanVisitor visitor;
  private final String name;
  private WebDatasetSample sample;
  private int samples;

  /**
   * A scan of a shard.
   *
   * @param name the shard's
   */
  WebDatasetScan(String name, WholeShard shard, Fields fields, ScanVisitor visitor) {
    this.name = name;
    this.shard = shard;
    this.tar = new TarArchiveInputStream(shard, StandardCharsets.UTF_8.name());
    this.fields = fields;
    this.visitor = visitor;
  }

  void run() {
    long end = 0;
    try {
      for (TarArchiveEntry entry = next(end); entry != null; entry = next(end)) {
        end = shard.position() + (entry.getSize() + BLOCK - 1) / BLOCK * BLOCK;
        entry(entry);
      }
      boolean isTruncated = shard.position() < end + BLOCK;
      if (!isTruncated || (sample != null && sample.isGood())) {
        finish();
      }
      end(end);
    } catch (Packing.Damaged e) {
      visitor.broken("%s; %s".formatted(e.getMessage(), COPY));
    } catch (IllegalArgumentException | IOException e) {
      String why = TarListing.why(e);
      visitor.broken(
          String.format(
              Locale.ROOT,
              "is truncated or damaged behind byte %d (%s); %s",
              Math.min(end, shard.position()),
              why,
              COPY));
    }
  }

  private TarArchiveEntry next(long end) throws IOException {
    shard.watchFrom(end);
    return tar.getNextEntry();
  }

  /** Looks at what is behind the last entry. */
  private void end(long end) throws IOException {
    if (shard.position() < end + BLOCK) {
      visitor.broken(
          String.format(
              Locale.ROOT,
              "ends at byte %d without a tar's end mark (truncated); %s",
              shard.position(),
              COPY));
      return;
    }
    byte[] rest = new byte[1 << 16];
    while (!shard.sawContent() && shard.read(rest, 0, rest.length) >= 0) {
      // All that follows a tar's end mark should be zero.
    }
    if (shard.sawContent()) {
      visitor.broken(
          String.format(
              Locale.ROOT,
              "has more behind its end mark at byte %d, which no reader of tars sees; pack the"
                  + " shard again",
              end));
    }
  }

  private void entry(TarArchiveEntry entry) throws IOException {
    String path = entry.getName().replaceFirst("^(\\./+)+", "");
    String base = path.substring(path.lastIndexOf('/') + 1);
    if (entry.isDirectory()) {
      return;
    }
    if (base.startsWith("._") || path.startsWith("__MACOSX/")) {
      visitor.passedOver("AppleDouble files", path);
      return;
    }
    Matcher parts = TarRecord.ENTRY.matcher(path);
    if (META.matcher(path).matches()) {
      visitor.passedOver("WebDataset's meta files", path);
    } else if (base.startsWith(".")) {
      visitor.passedOver("hidden files", path);
    } else if (!parts.matches()) {
      visitor.passedOver("files without an extension", path);
    } else {
      field(entry, parts.group(1), parts.group(2).toLowerCase(Locale.ROOT));
    }
  }

  private void field(TarArchiveEntry entry, String key, String field) throws IOException {
    if (sample == null || !sample.key().equals(key)) {
      finish();
      sample = new WebDatasetSample(key, fields);
    }
    String flaw = flaw(entry);
    if (flaw != null) {
      visitor.bad("entry " + entry.getName(), flaw);
      sample.spoil();
    } else if (sample.isImage(field)) {
      long place = shard.position();
      sample.image(field, tar.readNBytes((int) entry.getSize()), place);
    } else if (sample.isLabel(field)) {
      sample.label(field, tar.readNBytes((int) entry.getSize()));
    } else {
      visitor.passedOver("entries ." + field, entry.getName());
    }
  }

  /** Why an entry's content cannot be read at its place; null if it can. */
  private static String flaw(TarArchiveEntry entry) {
    if (entry.isLink() || entry.isSymbolicLink()) {
      return "is a link to '%s'; pack the shard with the file itself (tar --dereference --hard-dereference)"
          .formatted(entry.getLinkName());
    }
    if (List.of(entry.isFIFO(), entry.isBlockDevice(), entry.isCharacterDevice()).contains(true)) {
      return "is a device and not a file; pack the shard without it";
    }
    if (entry.isSparse()) {
      return "is stored with holes; pack the shard without --sparse";
    }
    if (entry.getSize() > ShardIndex.MAX_RECORD) {
      return String.format(
          Locale.ROOT,
          "has %d bytes, more than the %d that a record may have; shrink or remove it",
          entry.getSize(),
          ShardIndex.MAX_RECORD);
    }
    return null;
  }

  /** Tells of the sample whose entries have all been seen. */
  private void finish() {
    if (sample != null) {
      sample.tell(fields.hasPositionAsKey() ? Fields.positionKey(name, samples) : null, visitor);
      samples += sample.isOne() ? 1 : 0;
      sample = null;
    }
  }
}
