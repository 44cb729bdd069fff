package org.googlenet.prediction;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.googlenet.evaluation.Predictor.Ranked;

/**
 * Writes rows as a Parquet file by Parquet's own library, with lists in the three levels that its
 * <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists">format</a>
 * asks for.
 */
final class ParquetRows implements RowWriter {

  private static final String FEATURES =
      "optional group features (LIST) { repeated group list { required float element; } } ";

  private static final String SCHEMA =
      "message prediction { required binary key (UTF8); optional binary label (UTF8); "
          + "optional group classes (LIST) { repeated group list { required group element { "
          + "required binary name (UTF8); required int32 label; required float probability; } } } "
          + "%s optional binary error (UTF8); }";

  /** What a row group holds in memory until it is written. */
  private static final long ROW_GROUP = 16L << 20;

  private final SimpleGroupFactory rows;
  private final ParquetWriter<Group> writer;

  ParquetRows(Path file, boolean hasFeatures) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(SCHEMA.formatted(hasFeatures ? FEATURES : ""));
    this.rows = new SimpleGroupFactory(schema);
    this.writer =
        ExampleParquetWriter.builder(new LocalFile(file))
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(ROW_GROUP)
            .build();
  }

  @Override
  public void write(PredictionRow row) throws IOException {
    Group group = rows.newGroup().append("key", row.key());
    if (row.label() != null) {
      group.append("label", row.label());
    }
    if (row.classes() != null) {
      Group classes = group.addGroup("classes");
      for (Ranked each : row.classes()) {
        classes
            .addGroup("list")
            .addGroup("element")
            .append("name", each.name())
            .append("label", each.label())
            .append("probability", each.probability());
      }
    }
    if (row.features() != null) {
      Group features = group.addGroup("features");
      for (float value : row.features()) {
        features.addGroup("list").append("element", value);
      }
    }
    if (row.error() != null) {
      group.append("error", row.error());
    }
    writer.write(group);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  /** A new file of this machine. */
  private record LocalFile(Path path) implements OutputFile {

    @Override
    public PositionOutputStream create(long blockSize) throws IOException {
      return new Counted(path);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) throws IOException {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class Counted extends DelegatingPositionOutputStream {

    private long position;

    Counted(Path file) throws IOException {
      super(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      super.write(value);
      position++;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      super.write(bytes);
      position += bytes.length;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      super.write(bytes, offset, length);
      position += length;
    }
  }
}
