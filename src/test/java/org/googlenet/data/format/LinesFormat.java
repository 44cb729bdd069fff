package org.googlenet.data.format;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.googlenet.common.Sha256;
import org.googlenet.storage.ObjectStore;

/**
 * The tests' own shard format: a line for each record, of its key, its label and its image in
 * Base64. There are no objects for indexes; a pass over a shard finds the lines.
 */
public final class LinesFormat implements ShardFormat {

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public boolean isShard(String object) {
    return object.endsWith(".txt");
  }

  @Override
  public String shardNames() {
    return "NAME.txt";
  }

  @Override
  public boolean hasIndexObjects() {
    return false;
  }

  @Override
  public IndexedShard index(ShardSource source) throws IOException {
    byte[] bytes;
    try (InputStream in = source.open(0, source.shard().bytes())) {
      bytes = in.readAllBytes();
    }
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        starts.add(i + 1);
      }
    }
    if (starts.size() != source.shard().records() + 1) {
      throw damaged(source, "has another number of lines than records (truncated?)");
    }
    return new Lines(source, starts);
  }

  /** Writes a shard. */
  public static Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (StoredRecord record : records) {
      String image = Base64.getEncoder().encodeToString(record.image());
      String line = record.key() + " " + record.label() + " " + image + "\n";
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = out.toByteArray();
    store.overwrite(name, ObjectStore.Body.of(bytes));
    return new Shard(name, records.size(), bytes.length, Sha256.of(bytes), "");
  }

  private static DataProblem damaged(ShardSource source, String what) {
    return new DataProblem("%s: %s; %s".formatted(source.where(), what, DataProblem.MAKE_AGAIN));
  }

  private record Lines(ShardSource source, List<Integer> starts) implements IndexedShard {

    @Override
    public int records() {
      return starts.size() - 1;
    }

    @Override
    public RecordReader read(int from, int to) throws IOException {
      int begin = starts.get(from);
      try (InputStream in = source.open(begin, starts.get(to) - begin)) {
        return new Reader(source, new ByteArrayInputStream(in.readAllBytes()), from, to);
      }
    }

    @Override
    public void check(InputStream in, RecordVisitor visitor) throws IOException {
      for (int position = 0; position < records(); position++) {
        StoredRecord record;
        try (RecordReader reader = read(position, position + 1)) {
          record = reader.next();
        } catch (DataProblem e) {
          visitor.damaged(position, e);
          continue;
        }
        visitor.record(position, record);
      }
    }
  }

  private static final class Reader implements RecordReader {

    private final ShardSource source;
    private final InputStream in;
    private final int to;
    private int position;

    Reader(ShardSource source, InputStream in, int from, int to) {
      this.source = source;
      this.in = in;
      this.position = from;
      this.to = to;
    }

    @Override
    public StoredRecord next() throws IOException {
      if (position == to) {
        return null;
      }
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        line.write(next);
      }
      String[] parts = line.toString(StandardCharsets.UTF_8).split(" ", -1);
      try {
        position++;
        return new StoredRecord(parts[0], Base64.getDecoder().decode(parts[2]), parts[1]);
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        int record = position - 1;
        String what = source.where() + ": record " + record + " is not a key, a label and an image";
        throw new DamagedRecord(record, what, e);
      }
    }

    @Override
    public void close() {}
  }
}
