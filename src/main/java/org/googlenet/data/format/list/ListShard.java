package org.googlenet.data.format.list;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.RecordVisitor;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;

/** Reads the images of a list's shard by the lines that its index has. */
final class ListShard implements IndexedShard {

  private final ShardSource source;
  private final RecordIndex index;

  ListShard(ShardSource source, RecordIndex index) {
    this.source = source;
    this.index = index;
  }

  @Override
  public int records() {
    return index.records();
  }

  @Override
  public RecordReader read(int from, int to) throws IOException {
    try (InputStream in = source.open(0, source.shard().bytes())) {
      return new Reader(lines(in), from, to);
    }
  }

  /** The lines of a shard; its length bounds them. */
  static List<String> lines(InputStream in) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  private ListLine image(List<String> lines, int record) {
    long line = index.place(record);
    return Optional.ofNullable(line < lines.size() ? lines.get((int) line) : null)
        .flatMap(ListLine::parse)
        .filter(ListLine::isImage)
        .orElseThrow(
            () ->
                new DataProblem(
                    "%s: record %s is not in it: the shard has changed; index the list again with 'googlenet index'"
                        .formatted(source.where(), index.key(record))));
  }

  /** The data is not there, so that this is no matter of one record: the others may lack too. */
  private DataProblem missing(int record, String reason) {
    return new DataProblem(
        "%s: record %s: %s; bring the image back, or index the list again with 'googlenet index'"
            .formatted(source.where(), index.key(record), reason));
  }

  private final class Reader implements RecordReader {

    private final int to;
    private final ImageFetch images;
    private int next;

    Reader(List<String> lines, int from, int to) {
      this.next = from;
      this.to = to;
      List<ListLine> wanted = new ArrayList<>(to - from);
      for (int record = from; record < to; record++) {
        wanted.add(image(lines, record));
      }
      this.images = new ImageFetch(source, wanted);
    }

    @Override
    public StoredRecord next() throws IOException {
      if (next == to) {
        return null;
      }
      int record = next++;
      ImageFetch.Fetched fetched = images.next();
      if (!fetched.isThere()) {
        throw missing(record, fetched.reason());
      }
      if (fetched.reason() != null) {
        throw index.damaged(source.where(), record, fetched.reason(), null);
      }
      return index.record(source.where(), record, fetched.image());
    }

    @Override
    public void close() {
      images.close();
    }
  }

  @Override
  public void check(InputStream in, RecordVisitor visitor) throws IOException {
    try (Reader reader = new Reader(lines(in), 0, records())) {
      for (int record = 0; record < records(); record++) {
        StoredRecord stored;
        try {
          stored = reader.next();
        } catch (DataProblem e) {
          visitor.damaged(record, e);
          continue;
        }
        visitor.record(record, stored);
      }
    }
  }
}
