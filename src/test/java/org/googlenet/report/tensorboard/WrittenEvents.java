package org.googlenet.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.googlenet.storage.ObjectStore;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.Summary;

/** Reads a run's event files as TensorBoard does: in the order of their names, START by START. */
public final class WrittenEvents {

  /**
   * An event.
   *
   * @param version empty if it does not begin a file
   * @param summary null if it has none
   */
  record Event(double wallTime, long step, String version, Summary summary, boolean isStart) {}

  private WrittenEvents() {}

  /** The names of the files. */
  public static List<String> names(ObjectStore run) throws IOException {
    return run.list(TensorBoard.FOLDER).stream().map(ObjectStore.Entry::name).toList();
  }

  /** All values by tag and step, without those that a later session throws away. */
  public static Map<String, NavigableMap<Long, Summary.Value>> values(ObjectStore run)
      throws IOException {
    Map<String, NavigableMap<Long, Summary.Value>> values = new LinkedHashMap<>();
    for (String name : names(run)) {
      for (Event event : events(run, name)) {
        if (event.isStart()) {
          values.values().forEach(series -> series.tailMap(event.step(), true).clear());
        } else if (event.summary() != null) {
          event
              .summary()
              .getValueList()
              .forEach(
                  value ->
                      values
                          .computeIfAbsent(value.getTag(), tag -> new TreeMap<>())
                          .put(event.step(), value));
        }
      }
    }
    return values;
  }

  /** A scalar by step. */
  public static Map<Long, Float> scalar(ObjectStore run, String tag) throws IOException {
    Map<Long, Float> scalar = new TreeMap<>();
    values(run)
        .getOrDefault(tag, new TreeMap<>())
        .forEach((step, value) -> scalar.put(step, value.getSimpleValue()));
    return scalar;
  }

  static List<Event> events(ObjectStore run, String name) throws IOException {
    try (InputStream in = run.read(name)) {
      return events(in.readAllBytes());
    }
  }

  /** The events of a file, whose frames are checked. */
  static List<Event> events(byte[] file) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] length = bytes(in, Long.BYTES);
      assertThat(in.getInt()).as("checksum of a length").isEqualTo(masked(length));
      byte[] event =
          bytes(in, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      assertThat(in.getInt()).as("checksum of an event").isEqualTo(masked(event));
      events.add(event(event));
    }
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    return events;
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** As TFRecord's documentation has it. */
  static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long value = crc.getValue();
    return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
  }

  private static Event event(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    double time = 0;
    long step = 0;
    String version = "";
    Summary summary = null;
    boolean isStart = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> time = in.readDouble();
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 -> summary = Summary.parseFrom(in.readByteArray());
        case 7 -> {
          assertThat(in.readByteArray()).containsExactly(8, 1);
          isStart = true;
        }
        default -> throw new AssertionError("field " + WireFormat.getTagFieldNumber(tag));
      }
    }
    return new Event(time, step, version, summary, isStart);
  }
}
