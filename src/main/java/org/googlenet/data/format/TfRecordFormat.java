package org.googlenet.data.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * TFRecord files of {@code tf.train.Example}s, as TensorFlow's ImageNet scripts and TFDS write
 * them.
 *
 * <p>A record is its length (8 bytes, little-endian), the length's masked CRC32C (4 bytes), the
 * Example, and its masked CRC32C; after https://www.tensorflow.org/tutorials/load_data/tfrecord.
 */
public final class TfRecordFormat implements ForeignFormat {

  private static final int HEADER = 12;
  private static final int CRC = 4;
  private static final int MASK = 0xA282EAD8;
  private static final String COPY = "copy the shard again";

  @Override
  public String name() {
    return "tfrecord";
  }

  @Override
  public boolean recognises(byte[] start) {
    return start.length >= HEADER && length(start) >= 0;
  }

  /** The length of the Example behind a header; -1 if its CRC does not fit. */
  private static long length(byte[] header) {
    ByteBuffer buffer = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    boolean fits = maskedCrc(header, 8) == buffer.getInt(8);
    return fits && buffer.getLong(0) >= 0 ? buffer.getLong(0) : -1;
  }

  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException {
    TfExamples examples = new TfExamples(source.shard().name(), fields, visitor);
    try (WholeShard shard = new WholeShard(source)) {
      scan(shard, examples, visitor);
      return shard.sha256();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void scan(WholeShard shard, TfExamples examples, ScanVisitor visitor)
      throws IOException {
    try {
      boolean goesOn = true;
      for (int position = 0; goesOn; position++) {
        goesOn = record(shard, position, examples, visitor);
      }
    } catch (Packing.Damaged e) {
      visitor.broken(e.getMessage() + "; " + COPY);
    }
  }

  /** Reads one record; returns whether another may follow. */
  private static boolean record(
      WholeShard shard, int position, TfExamples examples, ScanVisitor visitor) throws IOException {
    long start = shard.position();
    byte[] header = shard.readNBytes(HEADER);
    if (header.length == 0) {
      return false;
    }
    if (header.length < HEADER) {
      return broken(visitor, position, start, "the file ends within it (truncated)");
    }
    long length = length(header);
    if (length < 0) {
      return broken(visitor, position, start, "its length does not have the CRC32C that is given");
    }
    if (length > ShardIndex.MAX_RECORD) {
      return broken(visitor, position, start, "is longer than a record may be");
    }
    byte[] example = shard.readNBytes((int) length);
    byte[] crc = shard.readNBytes(CRC);
    if (crc.length < CRC) {
      return broken(visitor, position, start, "the file ends within it (truncated)");
    }
    if (ByteBuffer.wrap(crc).order(ByteOrder.LITTLE_ENDIAN).getInt()
        != maskedCrc(example, example.length)) {
      visitor.bad("record " + position, "does not have the CRC32C that is given; " + COPY);
    } else {
      examples.tell(position, example, start + HEADER);
    }
    return true;
  }

  private static boolean broken(ScanVisitor visitor, int position, long start, String why) {
    visitor.broken(
        String.format(Locale.ROOT, "record %d at byte %d: %s; %s", position, start, why, COPY));
    return false;
  }
}
