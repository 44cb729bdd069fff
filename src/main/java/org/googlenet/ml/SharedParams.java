package org.googlenet.ml;

import java.util.Arrays;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params that the estimator and its model both have, as one of the two owns them. */
public final class SharedParams {

  final Param<String> inputCol;
  final Param<String> predictionCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final Param<String> outputFeaturesCol;
  final Param<String> handleInvalid;
  final IntParam batchSize;

  SharedParams(Params owner) {
    inputCol =
        new Param<>(
            owner,
            "inputCol",
            "column of images: of Spark's image source, or binary with the bytes of files");
    predictionCol = new Param<>(owner, "predictionCol", "column for the most probable label");
    probabilityCol =
        new Param<>(
            owner, "probabilityCol", "column for the probabilities of the classes; '' for none");
    rawPredictionCol =
        new Param<>(
            owner,
            "rawPredictionCol",
            "column for the logarithms of the probabilities; '' for none");
    outputFeaturesCol =
        new Param<>(
            owner,
            "outputFeaturesCol",
            "column for the values in front of the classifier, 1024 for an image; '' for none");
    handleInvalid =
        new Param<>(
            owner,
            "handleInvalid",
            "what becomes of images that cannot be read: 'error', 'skip' (leave the rows out), or"
                + " 'keep' (rows with a null prediction; fit leaves them out)",
            ParamValidators.inArray(
                Arrays.stream(HandleInvalid.values()).map(HandleInvalid::toString).toList()));
    batchSize =
        new IntParam(
            owner,
            "batchSize",
            "images of a local step of a worker, and of a pass of a prediction",
            ParamValidators.inRange(1, 4096));
  }

  /** To be called when all params of the owner have been made. */
  void setDefaults(Params owner) {
    owner.setDefault(inputCol, "image");
    owner.setDefault(predictionCol, "prediction");
    owner.setDefault(probabilityCol, "probability");
    owner.setDefault(rawPredictionCol, "rawPrediction");
    owner.setDefault(outputFeaturesCol, "");
    owner.setDefault(handleInvalid, HandleInvalid.ERROR.toString());
    owner.setDefault(batchSize, 32);
  }
}
