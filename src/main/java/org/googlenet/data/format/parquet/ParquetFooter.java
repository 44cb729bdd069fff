package org.googlenet.data.format.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.ShardSource;

/**
 * What the end of a Parquet file says: its columns, its row groups, and words of whoever wrote it.
 *
 * @param columns the leaves of the schema
 * @param groups in the order of the file
 * @param words by their keys
 */
record ParquetFooter(List<ParquetColumn> columns, List<Group> groups, Map<String, String> words) {

  /** Read at once from the end: more than the footer of a shard of ImageNet with page indexes. */
  private static final int TAIL = 256 << 10;

  private static final int MAGIC = 0x31524150;
  private static final int ENCRYPTED = 0x45524150;
  private static final int END = 8;
  private static final int DEEPEST = 32;

  ParquetFooter {
    columns = List.copyOf(columns);
    groups = List.copyOf(groups);
    words = Map.copyOf(words);
  }

  /**
   * A row group.
   *
   * @param first its first row in the file
   * @param chunks by the numbers of their columns
   */
  record Group(long first, int rows, List<ColumnChunk> chunks) {

    Group {
      chunks = List.copyOf(chunks);
    }
  }

  /** The number of rows in the file. */
  long rows() {
    return groups.isEmpty() ? 0 : last().first() + last().rows();
  }

  private Group last() {
    return groups.get(groups.size() - 1);
  }

  /** The position of the row group that a row lies in. */
  int groupOf(long row) {
    int low = 0;
    int high = groups.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (groups.get(middle).first() <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Reads the footer of a file.
   *
   * @throws DamagedParquet if it is not a Parquet file, or one of a kind that is not supported
   */
  static ParquetFooter read(ShardSource source) throws IOException, DamagedParquet {
    long length = source.shard().bytes();
    byte[] tail = bytes(source, Math.max(0, length - TAIL), (int) Math.min(TAIL, length));
    if (tail.length < END) {
      throw new DamagedParquet("is not a Parquet file");
    }
    ByteBuffer end = ByteBuffer.wrap(tail, tail.length - END, END).order(ByteOrder.LITTLE_ENDIAN);
    int size = end.getInt();
    int magic = end.getInt();
    if (magic == ENCRYPTED) {
      throw new DamagedParquet("is encrypted, which is not supported");
    }
    if (magic != MAGIC) {
      throw new DamagedParquet("is not a Parquet file, or its end is missing");
    }
    if (size < 0 || size > length - END) {
      throw new DamagedParquet("has a footer that is longer than the file");
    }
    int begin = tail.length - END - size;
    InputStream in =
        begin >= 0
            ? new ByteArrayInputStream(tail, begin, size)
            : new ByteArrayInputStream(bytes(source, length - END - size, size));
    return parse(CompactThrift.read(in, size));
  }

  private static byte[] bytes(ShardSource source, long offset, int length)
      throws IOException, DamagedParquet {
    try (InputStream in = source.open(offset, length)) {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new DamagedParquet(
            String.format(
                Locale.ROOT, "ends at byte %d (truncated)", offset + bytes.length));
      }
      return bytes;
    }
  }

  private static ParquetFooter parse(byte[] footer) throws DamagedParquet {
    FileMetaData file;
    try {
      file = Util.readFileMetaData(new ByteArrayInputStream(footer));
    } catch (IOException | RuntimeException e) {
      throw new DamagedParquet("has a footer that is damaged", e);
    }
    List<ParquetColumn> columns = columns(file.getSchema());
    Map<String, String> words = new HashMap<>();
    if (file.isSetKey_value_metadata()) {
      for (KeyValue word : file.getKey_value_metadata()) {
        words.put(word.getKey(), word.isSetValue() ? word.getValue() : "");
      }
    }
    return new ParquetFooter(columns, groups(file.getRow_groups(), columns.size()), words);
  }

  private static List<Group> groups(List<RowGroup> written, int columns) throws DamagedParquet {
    List<Group> groups = new ArrayList<>(written.size());
    long rows = 0;
    for (RowGroup group : written) {
      long count = group.getNum_rows();
      if (count < 0 || count > ShardIndex.MAX_RECORDS - rows) {
        throw new DamagedParquet(
            String.format(
                Locale.ROOT, "has more than the %d rows of a shard", ShardIndex.MAX_RECORDS));
      }
      if (group.getColumnsSize() != columns) {
        throw new DamagedParquet("has a row group with other columns than its schema");
      }
      if (count > 0) {
        groups.add(new Group(rows, (int) count, group.getColumns()));
      }
      rows += count;
    }
    return groups;
  }

  /** Names of groups that the next elements lie in. */
  private record Level(String path, int definition, boolean isRepeated, int[] left) {}

  private static List<ParquetColumn> columns(List<SchemaElement> schema) throws DamagedParquet {
    if (schema.isEmpty()) {
      throw new DamagedParquet("has no schema");
    }
    List<ParquetColumn> columns = new ArrayList<>();
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(new Level("", 0, false, new int[] {schema.get(0).getNum_children()}));
    for (SchemaElement element : schema.subList(1, schema.size())) {
      while (!levels.isEmpty() && levels.peek().left()[0] == 0) {
        levels.pop();
      }
      if (levels.isEmpty() || levels.size() > DEEPEST) {
        throw new DamagedParquet("has a schema that is damaged or nested too deeply");
      }
      Level parent = levels.peek();
      parent.left()[0]--;
      FieldRepetitionType repetition = element.getRepetition_type();
      String path = parent.path() + element.getName();
      int definition = parent.definition() + (repetition == FieldRepetitionType.REQUIRED ? 0 : 1);
      boolean isRepeated = parent.isRepeated() || repetition == FieldRepetitionType.REPEATED;
      if (element.isSetType()) {
        columns.add(
            new ParquetColumn(
                columns.size(), path, element.getType(), isText(element), definition, isRepeated));
      } else {
        int[] children = {element.getNum_children()};
        levels.push(new Level(path + ".", definition, isRepeated, children));
      }
    }
    return columns;
  }

  private static boolean isText(SchemaElement element) {
    return element.getConverted_type() == ConvertedType.UTF8
        || element.isSetLogicalType() && element.getLogicalType().isSetSTRING();
  }
}
