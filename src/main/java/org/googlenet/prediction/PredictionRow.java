package org.googlenet.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.googlenet.evaluation.Predictor.Ranked;

/**
 * A row of predictions: what came of one record.
 *
 * @param key the record's key, or the path of its file
 * @param label the name of its class, or its label as the data has it; null if it has none
 * @param classes the most probable ones, best first; null if it is unreadable
 * @param features what the classifier read; null if it is unreadable, or they were not asked for
 * @param error why it is unreadable, in one line; null if it is not
 */
@JsonPropertyOrder({"key", "label", "classes", "features", "error"})
@SuppressWarnings("ArrayRecordComponent")
record PredictionRow(
    String key,
    String label,
    List<Ranked> classes,
    @JsonInclude(JsonInclude.Include.NON_NULL) float[] features,
    String error) {}
