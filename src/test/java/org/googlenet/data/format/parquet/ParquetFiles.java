package org.googlenet.data.format.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.googlenet.data.format.StoredRecord;

/** Parquet files as Parquet's own library for Java writes them, in memory. */
public final class ParquetFiles {

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message images { required binary id (UTF8); optional group image { optional binary bytes;"
              + " optional binary path (UTF8); } required int64 label; }");

  private static final MessageType IMAGES =
      MessageTypeParser.parseMessageType("message images { required binary image; }");

  private ParquetFiles() {}

  /**
   * How a file is written.
   *
   * @param rowGroup its bytes, about
   * @param page its bytes, about
   */
  public record Layout(
      CompressionCodecName codec,
      ParquetProperties.WriterVersion version,
      boolean hasDictionary,
      long rowGroup,
      int page) {

    public static final Layout SMALL =
        new Layout(
            CompressionCodecName.SNAPPY,
            ParquetProperties.WriterVersion.PARQUET_1_0,
            false,
            1 << 20,
            1 << 10);
  }

  /** A file of records, with their keys in a column. */
  public static byte[] of(List<StoredRecord> records, Layout layout) throws IOException {
    Memory file = new Memory();
    Configuration settings = new Configuration(false);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(file)
            .withConf(settings)
            .withType(SCHEMA)
            .withCompressionCodec(layout.codec())
            .withWriterVersion(layout.version())
            .withDictionaryEncoding(layout.hasDictionary())
            .withRowGroupSize(layout.rowGroup())
            .withPageSize(layout.page())
            .withMinRowCountForPageSizeCheck(1)
            .build()) {
      SimpleGroupFactory rows = new SimpleGroupFactory(SCHEMA);
      for (StoredRecord record : records) {
        Group row = rows.newGroup();
        row.append("id", record.key());
        row.addGroup("image").append("bytes", Binary.fromConstantByteArray(record.image()));
        row.append("label", Long.parseLong(record.label()));
        writer.write(row);
      }
    }
    return file.bytes.toByteArray();
  }

  /** A file with images and nothing else. */
  public static byte[] ofImages(List<byte[]> images) throws IOException {
    Memory file = new Memory();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(file)
            .withConf(new Configuration(false))
            .withType(IMAGES)
            .build()) {
      for (byte[] image : images) {
        writer.write(
            new SimpleGroupFactory(IMAGES)
                .newGroup()
                .append("image", Binary.fromConstantByteArray(image)));
      }
    }
    return file.bytes.toByteArray();
  }

  private static final class Memory implements OutputFile {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public PositionOutputStream create(long blockSize) {
      return new DelegatingPositionOutputStream(bytes) {
        @Override
        public long getPos() {
          return bytes.size();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
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
}
