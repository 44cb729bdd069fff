package org.googlenet.report.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.Value;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/**
 * Writes a recipe as the hyperparameters of a run, and how the run ended, as messages {@code
 * HParamsPluginData} of TensorBoard's plugin.
 */
final class Hyperparameters {

  private static final String PLUGIN = "hparams";
  private static final String START_TAG = "_hparams_/session_start_info";
  private static final String END_TAG = "_hparams_/session_end_info";

  // Fields of HParamsPluginData; its version, field 1, is 0, which is not written.
  private static final int SESSION_START = 3;
  private static final int SESSION_END = 4;

  // Fields of SessionStartInfo, and of an entry of its map.
  private static final int HPARAMS = 1;
  private static final int START_TIME = 5;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  // Fields of SessionEndInfo.
  private static final int STATUS = 1;
  private static final int END_TIME = 2;
  private static final int SUCCESS = 1;

  /**
   * Keys that say where a run lies and what shows it, and do not tell one training from another.
   */
  private static final Set<String> NOT_OF_A_TRAINING =
      Set.of("run", "output", "report", "checkpoint");

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  /** The plugin reads only what describes the value. */
  private static final TensorProto NOTHING =
      TensorProto.newBuilder()
          .setDtype(DataType.DT_FLOAT)
          .setTensorShape(
              TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(0)))
          .build();

  private Hyperparameters() {}

  /** Writes some fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory is always written", e);
    }
    return bytes.toByteArray();
  }

  /** Adds a recipe's keys with their values. */
  static void addStart(Values values, Instant time, Map<String, String> recipe) {
    byte[] info =
        message(
            out -> {
              for (Map.Entry<String, String> key : recipe.entrySet()) {
                if (isOfTraining(key.getKey())) {
                  out.writeByteArray(HPARAMS, entry(key));
                }
              }
              out.writeDouble(START_TIME, time.toEpochMilli() / 1e3);
            });
    add(values, START_TAG, SESSION_START, info);
  }

  /** Adds that the run is complete. */
  static void addSuccess(Values values, Instant time) {
    byte[] info =
        message(
            out -> {
              out.writeEnum(STATUS, SUCCESS);
              out.writeDouble(END_TIME, time.toEpochMilli() / 1e3);
            });
    add(values, END_TAG, SESSION_END, info);
  }

  private static void add(Values values, String tag, int field, byte[] info) {
    byte[] data = message(out -> out.writeByteArray(field, info));
    values.plugin(tag, PLUGIN, ByteString.copyFrom(data), NOTHING);
  }

  private static boolean isOfTraining(String key) {
    return !NOT_OF_A_TRAINING.contains(key.replaceFirst("\\..*", ""));
  }

  private static byte[] entry(Map.Entry<String, String> key) {
    return message(
        out -> {
          out.writeString(KEY, key.getKey());
          out.writeMessage(VALUE, value(key.getValue()));
        });
  }

  /** A number or a truth value as such, so that TensorBoard sorts by it, all else as text. */
  private static Value value(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Value.newBuilder().setNumberValue(Double.parseDouble(text)).build();
    }
    return text.equals("true") || text.equals("false")
        ? Value.newBuilder().setBoolValue(Boolean.parseBoolean(text)).build()
        : Value.newBuilder().setStringValue(text).build();
  }
}
