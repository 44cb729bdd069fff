package org.googlenet.run;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a checkpoint says about itself beside its blobs: how far the training is, how good the model
 * is, and what identifies it. Unmodifiable, sorted by name.
 *
 * @param counters such as {@code step} and {@code examples}
 * @param metrics such as {@value #TOP1}, if the checkpoint was evaluated: shares from 0 to 1, and
 *     {@value #EVALUATED}, their number of examples
 * @param labels such as {@code parametersSha256}
 */
public record Metadata(
    Map<String, Long> counters, Map<String, Double> metrics, Map<String, String> labels) {

  /** The metric by which retention chooses the best checkpoints. */
  public static final String TOP1 = "top1";

  /** The share of the examples whose class is among the five that the model finds most probable. */
  public static final String TOP5 = "top5";

  /** The metric that says of how many examples the others are shares. */
  public static final String EVALUATED = "evaluated";

  /** The counter of the records of the data that a model was trained on. */
  public static final String TRAIN_RECORDS = "trainRecords";

  /** The label with the location of the data that a model was trained on, as it was named. */
  public static final String TRAIN = "data.train";

  /** The label with the location of the data that a model was evaluated on, as it was named. */
  public static final String VALIDATION = "data.validation";

  /**
   * The label with the SHA-256 of the parameters, which identifies a model wherever it is stored.
   */
  public static final String PARAMETERS = "parametersSha256";

  public static final Metadata NONE = new Metadata(Map.of(), Map.of(), Map.of());

  public Metadata {
    counters = sorted(counters);
    metrics = sorted(metrics);
    labels = sorted(labels);
  }

  private static <V> Map<String, V> sorted(Map<String, V> values) {
    TreeMap<String, V> sorted = new TreeMap<>(values);
    sorted.values().forEach(Objects::requireNonNull);
    return Collections.unmodifiableMap(sorted);
  }
}
