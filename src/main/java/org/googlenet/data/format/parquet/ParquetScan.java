package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.format.Type;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.FileKey;
import org.googlenet.data.format.LabelText;
import org.googlenet.data.format.ScanVisitor;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;

/**
 * Goes through the rows of a Parquet file once, and tells each that has an image and the label that
 * may be needed.
 *
 * <p>A record's key is the file's name without its extension and the row's number, unless a column
 * has keys: {@code train-00000-of-00257/000042}.
 */
final class ParquetScan {

  private static final String MEND = "; mend or remove it, or leave it out with --skip-bad";

  private final ShardSource source;
  private final Fields fields;
  private final ScanVisitor visitor;

  ParquetScan(ShardSource source, Fields fields, ScanVisitor visitor) {
    this.source = source;
    this.fields = fields;
    this.visitor = visitor;
  }

  /**
   * Scans the file.
   *
   * @param in its bytes from the first one on
   * @return the SHA-256 of all of them
   */
  String run(InputStream in) throws IOException {
    MessageDigest digest = Sha256.digest();
    InputStream digested = new DigestInputStream(in, digest);
    try {
      rows(ParquetFooter.read(source), digested);
    } catch (DamagedParquet e) {
      visitor.broken(e.getMessage() + "; copy it again");
    }
    digested.transferTo(OutputStream.nullOutputStream());
    return Sha256.hex(digest.digest());
  }

  private void rows(ParquetFooter footer, InputStream in) throws IOException {
    RowColumns columns = RowColumns.of(source.where(), footer, fields);
    List<String> names = columns.classNames();
    for (int i = 0; i < names.size(); i++) {
      visitor.className(Integer.toString(i), names.get(i));
    }
    ShardSource once = source.with(new ForwardBytes(source, in));
    long rows = footer.rows();
    try (ColumnRows images = new ColumnRows(once, footer, columns.image(), rows);
        ColumnRows labels = text(footer, columns.label());
        ColumnRows keys = text(footer, columns.key())) {
      for (long row = 0; row < rows; row++) {
        String name = String.format(Locale.ROOT, "row %d", row);
        try {
          byte[] image = images.get(row);
          String label = text(columns.label(), labels, row);
          String key = text(columns.key(), keys, row);
          tell(name, columns, row, image, label, key);
        } catch (DamagedParquet e) {
          visitor.bad(name, e.getMessage() + MEND);
        }
      }
    }
  }

  private void tell(
      String name, RowColumns columns, long row, byte[] image, String label, String key) {
    if (image == null || image.length == 0) {
      visitor.bad(name, "has no image" + MEND);
    } else if (image.length > ShardIndex.MAX_RECORD) {
      visitor.bad(
          name,
          String.format(
              Locale.ROOT,
              "has an image of %d bytes, more than the %d that one may have%s",
              image.length,
              ShardIndex.MAX_RECORD,
              MEND));
    } else if (fields.needsLabel() && (label == null || label.isBlank())) {
      visitor.bad(name, "has no label" + MEND);
    } else if (columns.key().isPresent() && (key == null || key.isBlank())) {
      visitor.bad(name, "has no key in column '" + columns.key().get().path() + "'" + MEND);
    } else {
      record(name, columns, row, new StoredRecord(keyOf(row, key), image, label));
    }
  }

  private void record(String name, RowColumns columns, long row, StoredRecord read) {
    try {
      visitor.record(
          new StoredRecord(read.key(), read.image(), labelOf(read.label())),
          ParquetShard.place(columns.image(), row));
    } catch (IllegalArgumentException e) {
      visitor.bad(name, e.getMessage());
    }
  }

  private String labelOf(String label) {
    try {
      return label == null ? "" : LabelText.of(label);
    } catch (IllegalArgumentException e) {
      if (fields.needsLabel()) {
        throw e;
      }
      return "";
    }
  }

  /** The file's name without its extension and the row's number, unless a column has keys. */
  private String keyOf(long row, String key) {
    return key == null ? Fields.positionKey(source.shard().name(), (int) row) : FileKey.whole(key);
  }

  /** The rows of a column of texts or numbers; null if there is none. */
  private ColumnRows text(ParquetFooter footer, Optional<ParquetColumn> column) {
    return column.map(found -> new ColumnRows(source, footer, found, footer.rows())).orElse(null);
  }

  private static String text(Optional<ParquetColumn> column, ColumnRows rows, long row)
      throws IOException, DamagedParquet {
    return column.isEmpty() ? null : text(column.get(), rows.get(row));
  }

  private static String text(ParquetColumn column, byte[] value) throws DamagedParquet {
    if (value == null) {
      return null;
    }
    if (!column.isInteger()) {
      return new String(value, StandardCharsets.UTF_8);
    }
    int bytes = column.type() == Type.INT32 ? Integer.BYTES : Long.BYTES;
    if (value.length != bytes) {
      throw new DamagedParquet("has a number of " + value.length + " bytes");
    }
    ByteBuffer number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    return Long.toString(bytes == Integer.BYTES ? number.getInt() : number.getLong());
  }
}
