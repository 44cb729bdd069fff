package org.googlenet.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * How an {@link AveragingTrainingMaster} trains, and the same as JSON or YAML.
 *
 * @param workers per round, at least 1
 * @param localSteps of each worker between two averages, at least 1
 * @param batchSizePerWorker examples of a local step, or {@link #AUTO}: those of one element
 * @param threads of a worker, or {@link #AUTO}: the cores of a task
 * @param seed of the dropout
 * @param engine which engine makes the local steps
 * @param precision arithmetic of convolutions
 */
record MasterSettings(
    int workers,
    int localSteps,
    int batchSizePerWorker,
    int threads,
    long seed,
    EngineKind engine,
    Precision precision) {

  /** A number that is not given. */
  static final int AUTO = 0;

  private static final String NO_NUMBER = "auto";

  private static final List<String> KEYS =
      List.of(
          "batchSizePerWorker", "engine", "localSteps", "precision", "seed", "threads", "workers");

  MasterSettings {
    requirePositive("workers", workers);
    requirePositive("localSteps", localSteps);
    if (!EngineKind.OURS.contains(engine.name())) {
      throw new IllegalArgumentException(
          "engine: %s: must be one of %s"
              .formatted(engine.name(), String.join(", ", EngineKind.OURS)));
    }
    if (engine.equals(EngineKind.DL4J) && precision != Precision.FP32) {
      throw new IllegalArgumentException(
          "precision: %s: engine dl4j computes in fp32 only; use engine auto or onednn"
              .formatted(name(precision)));
    }
  }

  static int requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + ": must be at least 1");
    }
    return value;
  }

  static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  /** The engine that is wished for; what it is on the executors is still to be decided. */
  EngineDecision wanted() {
    return engine.equals(EngineKind.DL4J)
        ? EngineDecision.DL4J
        : new EngineDecision(EngineKind.ONEDNN, precision, engine.isAuto(), "");
  }

  /** The settings, each by its name. */
  String write(ObjectMapper mapper) {
    Map<String, Object> values = new TreeMap<>();
    values.put("workers", workers);
    values.put("localSteps", localSteps);
    values.put("batchSizePerWorker", number(batchSizePerWorker));
    values.put("threads", number(threads));
    values.put("seed", seed);
    values.put("engine", engine.name());
    values.put("precision", name(precision));
    try {
      return mapper.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object number(int value) {
    return value == AUTO ? NO_NUMBER : value;
  }

  /**
   * Reads what {@link #write} has written; a key that is not there has its default.
   *
   * @throws IllegalArgumentException naming the key that is not known or has a value out of range
   */
  static MasterSettings read(ObjectMapper mapper, String text) {
    Map<String, Object> values = values(mapper, text);
    for (String key : values.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "%s: is not a setting of AveragingTrainingMaster; these are: %s"
                .formatted(key, String.join(", ", KEYS)));
      }
    }
    return new MasterSettings(
        whole(values, "workers"),
        whole(values, "localSteps"),
        wholeOrAuto(values, "batchSizePerWorker"),
        wholeOrAuto(values, "threads"),
        values.get("seed") == null ? 0 : number(values, "seed"),
        values.get("engine") == null
            ? EngineKind.AUTO
            : new EngineKind(String.valueOf(values.get("engine"))),
        values.get("precision") == null ? Precision.FP32 : precision(values.get("precision")));
  }

  private static Map<String, Object> values(ObjectMapper mapper, String text) {
    try {
      Map<String, Object> values =
          mapper
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readValue(text, new TypeReference<>() {});
      return values == null ? Map.of() : values;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the settings of an AveragingTrainingMaster cannot be read: "
              + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    }
  }

  private static int whole(Map<String, Object> values, String key) {
    if (values.get(key) == null) {
      return 0;
    }
    if (values.get(key) instanceof Long large) {
      throw new IllegalArgumentException(
          key + ": " + large + ": must be a whole number up to " + Integer.MAX_VALUE);
    }
    return (int) number(values, key);
  }

  private static int wholeOrAuto(Map<String, Object> values, String key) {
    return values.get(key) == null || NO_NUMBER.equals(values.get(key))
        ? AUTO
        : requirePositive(key, whole(values, key));
  }

  private static long number(Map<String, Object> values, String key) {
    Object value = values.get(key);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException(key + ": " + value + ": must be a whole number");
  }

  private static Precision precision(Object value) {
    return Arrays.stream(Precision.values())
        .filter(precision -> name(precision).equals(value))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("precision: " + value + ": must be fp32 or bf16"));
  }
}
