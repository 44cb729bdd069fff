package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.ShardSource;

/**
 * The format whose shards are Parquet files with a column of images and one of labels, as Hugging
 * Face's {@code datasets} and {@code pyarrow} write them.
 */
public final class ParquetFormat implements ForeignFormat {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public boolean recognises(byte[] start) {
    return start.length >= MAGIC.length
        && Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC);
  }

  @Override
  public IndexedShard index(ShardSource source) throws IOException {
    return new ParquetShard(source, RecordIndex.read(source));
  }

  @Override
  public String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException {
    try (InputStream in = source.open(0, source.shard().bytes())) {
      return new ParquetScan(source, fields, visitor).run(in);
    }
  }
}
