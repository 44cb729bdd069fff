package org.googlenet.ml;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Gives access to the {@link SharedParams} by the names that Spark ML finds params by. */
public interface ImageParams extends Params {

  /** The params themselves. */
  SharedParams shared();

  /** The column of images. */
  default Param<String> inputCol() {
    return shared().inputCol;
  }

  /** The value of {@link #inputCol}. */
  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  /** The column for the most probable label. */
  default Param<String> predictionCol() {
    return shared().predictionCol;
  }

  /** The value of {@link #predictionCol}. */
  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  /** The column for the probabilities; empty for none. */
  default Param<String> probabilityCol() {
    return shared().probabilityCol;
  }

  /** The value of {@link #probabilityCol}. */
  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  /** The column for the logarithms of the probabilities; empty for none. */
  default Param<String> rawPredictionCol() {
    return shared().rawPredictionCol;
  }

  /** The value of {@link #rawPredictionCol}. */
  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  /** The column for the values in front of the classifier; empty for none. */
  default Param<String> outputFeaturesCol() {
    return shared().outputFeaturesCol;
  }

  /** The value of {@link #outputFeaturesCol}. */
  default String getOutputFeaturesCol() {
    return getOrDefault(outputFeaturesCol());
  }

  /** What becomes of images that cannot be read: {@code error}, {@code skip} or {@code keep}. */
  default Param<String> handleInvalid() {
    return shared().handleInvalid;
  }

  /** The value of {@link #handleInvalid}. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** Images of a local step, and of a pass of a prediction. */
  default IntParam batchSize() {
    return shared().batchSize;
  }

  /** The value of {@link #batchSize}. */
  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }
}
