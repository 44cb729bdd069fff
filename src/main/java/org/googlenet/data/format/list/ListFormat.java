package org.googlenet.data.format.list;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.LabelText;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;

/**
 * The format whose shards are pieces of a list of images, in JSON lines; the images lie anywhere,
 * and are read from there. A record's place is its line in the shard, from 0.
 */
public final class ListFormat implements ForeignFormat {

  /** The format's name. */
  public static final String NAME = "list";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int imagesFromElsewhere() {
    return ImageFetch.AT_ONCE;
  }

  @Override
  public boolean recognises(byte[] start) {
    return new String(start, StandardCharsets.UTF_8).startsWith(ListLine.START);
  }

  @Override
  public IndexedShard index(ShardSource source) throws IOException {
    return new ListShard(source, RecordIndex.read(source));
  }

  @Override
  public String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException {
    MessageDigest digest = Sha256.digest();
    List<String> lines;
    try (InputStream in = new DigestInputStream(source.open(0, source.shard().bytes()), digest)) {
      lines = ListShard.lines(in);
      in.transferTo(OutputStream.nullOutputStream());
    }
    List<ListLine> images = new ArrayList<>(lines.size());
    List<Integer> places = new ArrayList<>(lines.size());
    for (int place = 0; place < lines.size(); place++) {
      Optional<ListLine> line = ListLine.parse(lines.get(place));
      if (line.filter(ListLine::isImage).isPresent()) {
        images.add(line.get());
        places.add(place);
      } else {
        tellOther(place, line, visitor);
      }
    }
    try (ImageFetch fetch = new ImageFetch(source, images)) {
      for (int i = 0; i < images.size(); i++) {
        tell(images.get(i), places.get(i), fetch.next(), visitor);
      }
    }
    return Sha256.hex(digest.digest());
  }

  private static void tellOther(int place, Optional<ListLine> line, ScanVisitor visitor) {
    if (line.isEmpty()) {
      visitor.bad(
          String.format(Locale.ROOT, "line %d of the shard", place + 1),
          "is not one of a list's shard; index the list again");
    } else if (line.get().bad() != null) {
      visitor.bad(name(line.get()), line.get().bad() + "; mend or remove it");
    } else {
      visitor.passedOver(line.get().passedOver(), name(line.get()));
    }
  }

  private static String name(ListLine line) {
    return String.format(Locale.ROOT, "line %d of the list", line.line());
  }

  private static void tell(
      ListLine line, int place, ImageFetch.Fetched fetched, ScanVisitor visitor) {
    if (fetched.reason() != null) {
      visitor.bad(name(line), fetched.reason() + "; mend the line, or remove it");
      return;
    }
    try {
      String label = LabelText.of(line.label());
      visitor.record(new StoredRecord(line.key(), fetched.image(), label), place);
    } catch (IllegalArgumentException e) {
      visitor.bad(name(line), e.getMessage());
    }
  }
}
