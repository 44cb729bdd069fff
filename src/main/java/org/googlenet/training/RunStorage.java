package org.googlenet.training;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.format.Range;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.ModelZip;
import org.googlenet.report.Accuracy;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.CheckpointWriter;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;

/** Writes a training's state as the blobs of a checkpoint, and reads it back. */
final class RunStorage {

  private static final String MOMENTUM = "momentum.bin";
  private static final String OUTER = "outer.bin";
  private static final String LEFT_OVER = "left-over.bin";
  private static final String TOP5 = "top5";
  private static final int CHUNK = 1 << 14;
  private static final int RANGE_BYTES = 3 * Integer.BYTES;

  private final Lease lease;
  private final CheckpointWriter writer = new CheckpointWriter(Clock.systemUTC());

  RunStorage(Lease lease) {
    this.lease = lease;
  }

  /** Keeps the effective recipe beside the checkpoints. */
  void writeRecipe(String yaml) throws IOException {
    lease.check();
    lease
        .run()
        .overwrite("recipe.yaml", ObjectStore.Body.of(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  /** Keeps the events of the rounds since the last checkpoint. */
  void writeMetrics(int round, String jsonLines) throws IOException {
    lease.check();
    String name =
        String.format(Locale.ROOT, "metrics/%06d-%04d.jsonl", round, lease.term().number());
    lease.run().overwrite(name, ObjectStore.Body.of(jsonLines.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a checkpoint.
   *
   * @param configuration JSON of the network
   * @param stateFile what {@link StateFile} says of the state
   * @param metrics of this state's evaluation; empty if it was not evaluated
   */
  Manifest write(
      TrainingState state, String configuration, Metadata stateFile, Map<String, Double> metrics)
      throws IOException {
    Map<String, ObjectStore.Body> blobs = new LinkedHashMap<>();
    blobs.put(
        TrainedModel.MODEL, out -> ModelZip.write(out, configuration, state.parameters(), null));
    blobs.put(MOMENTUM, out -> writeFloats(state.momentum(), out));
    if (state.outer().length > 0) {
      blobs.put(OUTER, out -> writeFloats(state.outer(), out));
    }
    if (!state.leftOver().isEmpty()) {
      blobs.put(LEFT_OVER, ObjectStore.Body.of(bytes(state.leftOver())));
    }
    blobs.put(TrainedModel.STATE, ObjectStore.Body.of(stateFile.toJson()));
    return writer.write(lease, state.round(), blobs, metadata(state, stateFile, metrics));
  }

  /** What the manifest of a checkpoint is to say of an evaluation. */
  static Map<String, Double> metrics(Evaluation evaluation) {
    return Map.of(Metadata.TOP1, evaluation.top1(), TOP5, evaluation.top5());
  }

  private static Metadata metadata(
      TrainingState state, Metadata stateFile, Map<String, Double> metrics) {
    Map<String, String> labels = new TreeMap<>(stateFile.labels());
    labels.keySet().retainAll(List.of(StateFile.INIT_FROM, StateFile.INIT_PARAMETERS));
    labels.put(Metadata.PARAMETERS, ModelZip.sha256(state.parameters()));
    return new Metadata(stateFile.counters(), metrics, labels);
  }

  /** How good a checkpoint is; null if it was not evaluated. */
  static Accuracy accuracy(Manifest manifest) {
    Map<String, Double> metrics = manifest.metadata().metrics();
    return metrics.containsKey(Metadata.TOP1) && metrics.containsKey(TOP5)
        ? new Accuracy(metrics.get(Metadata.TOP1), metrics.get(TOP5))
        : null;
  }

  /** What {@code state.json} of a checkpoint says. */
  static Metadata readStateFile(Checkpoint checkpoint) throws IOException {
    return Metadata.fromJson(
        checkpoint.bytes(TrainedModel.STATE), checkpoint.location() + "/" + TrainedModel.STATE);
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @param parameters how many the network has
   * @throws CheckpointProblem if the checkpoint is of a network with another number
   */
  static TrainingState read(Checkpoint checkpoint, Metadata stateFile, int parameters)
      throws IOException {
    float[] values =
        ModelZip.read(checkpoint.bytes(TrainedModel.MODEL), checkpoint.location()).parameters();
    requireLength(checkpoint, TrainedModel.MODEL, values.length, parameters);
    return new TrainingState(
        values,
        floats(checkpoint, MOMENTUM, parameters),
        checkpoint.has(OUTER) ? floats(checkpoint, OUTER, parameters) : new float[0],
        checkpoint.manifest().round(),
        Math.toIntExact(counter(checkpoint, stateFile, StateFile.STEP)),
        counter(checkpoint, stateFile, StateFile.EXAMPLES),
        Math.toIntExact(stateFile.counters().getOrDefault(StateFile.REWINDS, 0L)),
        checkpoint.has(LEFT_OVER) ? ranges(checkpoint.bytes(LEFT_OVER)) : List.of());
  }

  private static long counter(Checkpoint checkpoint, Metadata stateFile, String name) {
    Long value = stateFile.counters().get(name);
    if (value == null) {
      throw new CheckpointProblem(
          "%s/%s: is damaged: it has no counter '%s'; go on from another checkpoint"
              .formatted(checkpoint.location(), TrainedModel.STATE, name));
    }
    return value;
  }

  /** Little-endian fp32, one after the other. */
  private static void writeFloats(float[] values, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      buffer.clear().asFloatBuffer().put(values, from, count);
      out.write(buffer.array(), 0, count * Float.BYTES);
    }
  }

  private static float[] floats(Checkpoint checkpoint, String blob, int parameters)
      throws IOException {
    byte[] bytes = checkpoint.bytes(blob);
    requireLength(checkpoint, blob, bytes.length / Float.BYTES, parameters);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** Shard, first record and one past the last of each range, as little-endian 32-bit integers. */
  private static byte[] bytes(List<Range> ranges) {
    ByteBuffer buffer =
        ByteBuffer.allocate(ranges.size() * RANGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Range range : ranges) {
      buffer.putInt(range.shard()).putInt(range.from()).putInt(range.to());
    }
    return buffer.array();
  }

  private static List<Range> ranges(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Range> ranges = new ArrayList<>();
    while (buffer.remaining() >= RANGE_BYTES) {
      ranges.add(new Range(buffer.getInt(), buffer.getInt(), buffer.getInt()));
    }
    return ranges;
  }

  private static void requireLength(
      Checkpoint checkpoint, String blob, int values, int parameters) {
    if (values != parameters) {
      throw new CheckpointProblem(
          String.format(
              Locale.ROOT,
              "%s/%s: has %,d values, the recipe's network has %,d parameters; use the recipe it was trained with, or another --run",
              checkpoint.location(),
              blob,
              values,
              parameters));
    }
  }
}
