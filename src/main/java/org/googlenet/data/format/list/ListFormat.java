package org.googlenet.data.format.list;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;

/**
 * The format whose shards are pieces of a list of images, in JSON lines; the images lie anywhere,
 * and are read from there. A record's place is its line in the shard, from 0.
 */
public final class ListFormat implements ForeignFormat {

  @Override
  public String name() {
    return "list";
  }

  @Override
  public boolean recognises(byte[] start) {
    return new String(start, StandardCharsets.UTF_8).startsWith(ListEntry.START);
  }

  @Override
  public IndexedShard index(ShardSource source) throws IOException {
    return new ListShard(source, RecordIndex.read(source));
  }

  @Override
  public String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException {
    MessageDigest digest = Sha256.digest();
    List<String> lines;
    try (InputStream in =
        new DigestInputStream(source.open(0, source.shard().bytes()), digest)) {
      lines = ListShard.lines(in);
      in.transferTo(OutputStream.nullOutputStream());
    }
    List<ListEntry> entries = new ArrayList<>(lines.size());
    List<Integer> places = new ArrayList<>(lines.size());
    for (int line = 0; line < lines.size(); line++) {
      try {
        entries.add(ListEntry.parse(lines.get(line)));
        places.add(line);
      } catch (JsonProcessingException e) {
        visitor.bad(
            String.format(Locale.ROOT, "line %d", line + 1),
            "is not an image of a list; index the list again");
      }
    }
    try (ImageFetch images = new ImageFetch(source, entries)) {
      for (int i = 0; i < entries.size(); i++) {
        tell(entries.get(i), places.get(i), images.next(), visitor);
      }
    }
    return Sha256.hex(digest.digest());
  }

  private static void tell(
      ListEntry entry, int place, ImageFetch.Fetched fetched, ScanVisitor visitor) {
    if (fetched.reason() != null) {
      visitor.bad("record " + entry.key(), fetched.reason() + "; mend the list or the image");
    } else if (fetched.image().length == 0) {
      visitor.bad("record " + entry.key(), entry.uri() + " is empty; mend or remove it");
    } else {
      visitor.record(new StoredRecord(entry.key(), fetched.image(), entry.label()), place);
    }
  }
}
