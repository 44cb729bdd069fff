package org.googlenet.report.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * Puts an event file together: messages {@code Event}, each in a frame of TFRecord.
 *
 * <p>A frame is the length in 8 bytes, the checksum of these, the message, and its checksum; all
 * numbers are little-endian, the checksums are CRC-32C, masked as TFRecord does.
 */
final class EventFile {

  /** From this version on, a reader heeds the starts of a session. */
  private static final String VERSION = "brain.Event:2";

  // Fields of Event.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  /** A {@code SessionLog} whose status, field 1, is {@code START}, 1. */
  private static final byte[] START = {1 << 3, 1};

  private static final int MASK = 0xa282ead8;

  private final ByteArrayOutputStream frames = new ByteArrayOutputStream();

  /**
   * A file that has its version so far.
   *
   * @param time when it is begun
   */
  EventFile(Instant time) {
    add(event(time, 0, out -> out.writeString(FILE_VERSION, VERSION)));
  }

  /** What begins a session: a reader forgets what it has of this step and of later ones. */
  static byte[] start(Instant time, long step) {
    return event(time, step, out -> out.writeByteArray(SESSION_LOG, START));
  }

  /**
   * Values of a step.
   *
   * @param step global steps done
   */
  static byte[] summary(Instant time, long step, Summary values) {
    return event(time, step, out -> out.writeMessage(SUMMARY, values));
  }

  /** Writes the one field of an event that is not its time or step. */
  @FunctionalInterface
  private interface What {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] event(Instant time, long step, What what) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeDouble(WALL_TIME, time.toEpochMilli() / 1e3);
      out.writeInt64(STEP, step);
      what.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory is always written", e);
    }
    return bytes.toByteArray();
  }

  /** Adds an event. */
  void add(byte[] event) {
    byte[] length = little(Long.BYTES).putLong(event.length).array();
    frames.writeBytes(length);
    frames.writeBytes(checksum(length));
    frames.writeBytes(event);
    frames.writeBytes(checksum(event));
  }

  /** The file's content so far. */
  byte[] bytes() {
    return frames.toByteArray();
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    return little(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
