package org.googlenet.training;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.ModelZip;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.Accuracy;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.CheckpointWriter;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.run.Quarantine;
import org.googlenet.run.StateFile;
import org.googlenet.storage.ObjectStore;

/**
 * Writes the progress of a training as a checkpoint, and reads it back.
 *
 * @param recipe that is trained
 * @param train the data to train on
 * @param initial the model that the run began with, if any
 */
record CheckpointCodec(Recipe recipe, Dataset train, Optional<StateFile.Initial> initial) {

  private static final String MOMENTUM = "momentum.bin";
  private static final String OUTER = "outer.bin";
  private static final String LEFT_OVER = "left-over.bin";
  private static final int CHUNK = 1 << 14;
  private static final int RANGE_BYTES = 3 * Integer.BYTES;

  private static final CheckpointWriter WRITER = new CheckpointWriter(Clock.systemUTC());

  /** The content of {@code state.json} for this progress. */
  StateFile stateFile(Progress progress) {
    TrainingState state = progress.state();
    return StateFile.of(
        new StateFile.Counters(
            state.round(),
            state.step(),
            state.examples(),
            state.rewinds(),
            DataPlan.examples(state.leftOver())),
        RecipeLoader.identity(recipe),
        new StateFile.Data(
            train.fingerprint(),
            train.classNames(),
            recipe.input().augmentation().kind().name().toLowerCase(Locale.ROOT)),
        initial,
        arithmetic(progress.engine()));
  }

  /** What the last bits of a result depend on, for an engine that was chosen. */
  static StateFile.Arithmetic arithmetic(EngineChoice engine) {
    return new StateFile.Arithmetic(
        engine.engine(), engine.instructions(), engine.precision(), engine.spec().threads());
  }

  /** Writes a checkpoint into the run of a lease. */
  Manifest write(Lease lease, Progress progress) throws IOException {
    return write(lease, progress, stateFile(progress));
  }

  /**
   * The same with a given {@code state.json}.
   *
   * @param stateFile the content of {@code state.json}
   */
  Manifest write(Lease lease, Progress progress, StateFile stateFile) throws IOException {
    TrainingState state = progress.state();
    String configuration = progress.engine().spec().configuration();
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
    if (progress.quarantine().size() > 0) {
      blobs.put(Quarantine.NAME, ObjectStore.Body.of(progress.quarantine().toJsonLines()));
    }
    blobs.put(StateFile.NAME, ObjectStore.Body.of(stateFile.toJson()));
    return WRITER.write(
        lease, state.round(), blobs, metadata(state, stateFile, progress.metrics()));
  }

  /** The metrics that a checkpoint's manifest contains for an evaluation. */
  static Map<String, Double> metrics(Evaluation evaluation) {
    return Map.of(
        Metadata.TOP1, evaluation.top1(),
        Metadata.TOP5, evaluation.top5(),
        Metadata.EVALUATED, (double) evaluation.examples());
  }

  private Metadata metadata(TrainingState state, StateFile stateFile, Map<String, Double> metrics) {
    Map<String, Long> counters = new TreeMap<>(stateFile.counters().byName());
    counters.put(Metadata.TRAIN_RECORDS, train.records());
    Map<String, String> labels = new TreeMap<>();
    if (stateFile.initial() != null) {
      labels.put("initFrom", stateFile.initial().from());
      labels.put("initParametersSha256", stateFile.initial().parametersSha256());
    }
    labels.put(Metadata.TRAIN, recipe.data().train());
    labels.put(Metadata.VALIDATION, recipe.data().validation());
    labels.put(Metadata.PARAMETERS, ModelZip.sha256(state.parameters()));
    return new Metadata(counters, metrics, labels);
  }

  /** How good a checkpoint is; null if it was not evaluated. */
  static Accuracy accuracy(Manifest manifest) {
    Map<String, Double> metrics = manifest.metadata().metrics();
    return metrics.containsKey(Metadata.TOP1) && metrics.containsKey(Metadata.TOP5)
        ? new Accuracy(metrics.get(Metadata.TOP1), metrics.get(Metadata.TOP5))
        : null;
  }

  /** Reads {@code state.json} of a checkpoint. */
  static StateFile readStateFile(Checkpoint checkpoint) throws IOException {
    return StateFile.fromJson(
        checkpoint.bytes(StateFile.NAME), checkpoint.location() + "/" + StateFile.NAME);
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @param parameters how many the network has
   * @throws org.googlenet.run.CheckpointProblem if the checkpoint's network has another number of
   *     them
   */
  static TrainingState read(Checkpoint checkpoint, StateFile stateFile, int parameters)
      throws IOException {
    float[] values =
        ModelZip.read(checkpoint.bytes(TrainedModel.MODEL), checkpoint.location()).parameters();
    requireLength(checkpoint, TrainedModel.MODEL, values.length, parameters);
    StateFile.Counters counters = stateFile.counters();
    return new TrainingState(
        values,
        floats(checkpoint, MOMENTUM, parameters),
        checkpoint.has(OUTER) ? floats(checkpoint, OUTER, parameters) : new float[0],
        checkpoint.manifest().round(),
        counters.step(),
        counters.examples(),
        counters.rewinds(),
        checkpoint.has(LEFT_OVER) ? ranges(checkpoint.bytes(LEFT_OVER)) : List.of());
  }

  /** Reads the records that the rounds up to a checkpoint have passed over. */
  static Quarantine readQuarantine(Checkpoint checkpoint) throws IOException {
    return checkpoint.has(Quarantine.NAME)
        ? Quarantine.fromJsonLines(
            checkpoint.bytes(Quarantine.NAME), checkpoint.location() + "/" + Quarantine.NAME)
        : Quarantine.NONE;
  }

  /** Writes values as little-endian fp32, one after the other. */
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
