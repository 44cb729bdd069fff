package org.googlenet.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains GoogLeNet on a DataFrame of labelled images, in rounds of parameter averaging on the
 * session's executors.
 *
 * <p>A fit writes shards, checkpoints and events into {@code workDir}. The same fit again finds its
 * model there, or goes on where it was interrupted. Whatever is not a param is a key of the recipe:
 * {@link #setRecipe}.
 */
public final class GoogLeNetClassifier extends Estimator<GoogLeNetModel>
    implements ImageParams, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final SharedParams shared;
  private final Param<String> labelCol;
  private final Param<String> validationIndicatorCol;
  private final DoubleParam validationFraction;
  private final Param<String> workDir;
  private final Param<String> startFrom;
  private final Param<String> variant;
  private final IntParam side;
  private final IntParam maxIter;
  private final DoubleParam stepSize;
  private final LongParam seed;
  private final IntParam numWorkers;
  private final StringArrayParam recipe;
  private final BooleanParam verbose;

  /** An estimator with a name of its own. */
  public GoogLeNetClassifier() {
    this(Identifiable$.MODULE$.randomUID("googlenet"));
  }

  /** An estimator with this name. */
  public GoogLeNetClassifier(String uid) {
    this.uid = uid;
    shared = new SharedParams(this);
    labelCol = new Param<>(this, "labelCol", "column of labels: whole numbers from 0");
    validationIndicatorCol =
        new Param<>(
            this,
            "validationIndicatorCol",
            "boolean column: whether a row is for validation and not for training");
    validationFraction =
        new DoubleParam(
            this,
            "validationFraction",
            "share of the images that is kept for validation if there is no"
                + " validationIndicatorCol, by a hash of (seed, content)",
            ParamValidators.inRange(0, 1, false, false));
    workDir =
        new Param<>(
            this,
            "workDir",
            "folder for shards, checkpoints and events, which the driver and all executors reach:"
                + " a path or URI of files, HDFS or S3");
    startFrom =
        new Param<>(this, "startFrom", "the model whose parameters the training begins with");
    variant = new Param<>(this, "variant", "which GoogLeNet: the recipe's model.variant");
    side =
        new IntParam(
            this,
            "side",
            "height and width of the input, pixels",
            ParamValidators.inRange(65, 1024));
    maxIter =
        new IntParam(this, "maxIter", "epochs: passes over the images", ParamValidators.gtEq(1));
    stepSize =
        new DoubleParam(
            this,
            "stepSize",
            "the learning rate that its schedule starts from",
            ParamValidators.gt(0));
    seed = new LongParam(this, "seed", "initial weights, order, augmentation and dropout follow");
    numWorkers =
        new IntParam(
            this,
            "numWorkers",
            "logical trainers of a round, Spark tasks; the result depends on it, not on the"
                + " executors that there are",
            ParamValidators.gtEq(1));
    recipe =
        new StringArrayParam(
            this, "recipe", "further keys of the recipe, each as 'key=value'; they go over params");
    verbose = new BooleanParam(this, "verbose", "whether fit prints a line for each round");
    setDefaults();
  }

  /** Spark looks through all params at the first default, so they have been made before. */
  private void setDefaults() {
    shared.setDefaults(this);
    setDefault(labelCol, "label");
    setDefault(validationFraction, 0.1);
    setDefault(side, 224);
    setDefault(maxIter, 10);
    setDefault(stepSize, 0.01);
    setDefault(seed, 1L);
    setDefault(numWorkers, 2);
    setDefault(recipe, new String[0]);
    setDefault(verbose, false);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public SharedParams shared() {
    return shared;
  }

  @Override
  public GoogLeNetModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema(), true);
    GoogLeNetModel model = new GoogLeNetModel(uid, new Fitting(this, dataset).run());
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.require(schema, getInputCol());
    Columns.requireNumbers(schema, getLabelCol());
    if (isDefined(validationIndicatorCol)) {
      Columns.requireBooleans(schema, getValidationIndicatorCol());
    }
    List<String> classNames = Columns.classNames(Columns.field(schema, getLabelCol()));
    return Columns.withPredictions(schema, this, classNames);
  }

  @Override
  public GoogLeNetClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads estimators that were saved. */
  public static MLReader<GoogLeNetClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads an estimator that was saved. */
  public static GoogLeNetClassifier load(String path) {
    return read().load(path);
  }

  /** Sets the column of images. */
  public GoogLeNetClassifier setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** Sets the column for the most probable label. */
  public GoogLeNetClassifier setPredictionCol(String value) {
    set(predictionCol(), value);
    return this;
  }

  /** Sets the column for the probabilities; empty for none. */
  public GoogLeNetClassifier setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return this;
  }

  /** Sets the column for the logarithms of the probabilities; empty for none. */
  public GoogLeNetClassifier setRawPredictionCol(String value) {
    set(rawPredictionCol(), value);
    return this;
  }

  /** Sets the column for the values in front of the classifier; empty for none. */
  public GoogLeNetClassifier setOutputFeaturesCol(String value) {
    set(outputFeaturesCol(), value);
    return this;
  }

  /** Sets what becomes of images that cannot be read: {@code error}, {@code skip}, {@code keep}. */
  public GoogLeNetClassifier setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** Sets how many images there are in a local step of a worker. */
  public GoogLeNetClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /** The column of labels: whole numbers from 0. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** The value of {@link #labelCol}. */
  public String getLabelCol() {
    return getOrDefault(labelCol);
  }

  /** Sets the column of labels: whole numbers from 0. */
  public GoogLeNetClassifier setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** The boolean column that says which rows are for validation. */
  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  /** The value of {@link #validationIndicatorCol}. */
  public String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol);
  }

  /** Sets the boolean column that says which rows are for validation. */
  public GoogLeNetClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol, value);
    return this;
  }

  /** The share of the images that is kept for validation, between 0 and 1. */
  public DoubleParam validationFraction() {
    return validationFraction;
  }

  /** The value of {@link #validationFraction}. */
  public double getValidationFraction() {
    return (double) getOrDefault(validationFraction);
  }

  /** Sets the share of the images that is kept for validation, between 0 and 1. */
  public GoogLeNetClassifier setValidationFraction(double value) {
    set(validationFraction, value);
    return this;
  }

  /** The folder for shards, checkpoints and events. */
  public Param<String> workDir() {
    return workDir;
  }

  /** The value of {@link #workDir}. */
  public String getWorkDir() {
    return getOrDefault(workDir);
  }

  /** Sets the folder for shards, checkpoints and events. */
  public GoogLeNetClassifier setWorkDir(String value) {
    set(workDir, value);
    return this;
  }

  /** The model whose parameters the training begins with. */
  public Param<String> startFrom() {
    return startFrom;
  }

  /** The value of {@link #startFrom}. */
  public String getStartFrom() {
    return getOrDefault(startFrom);
  }

  /** Sets the model whose parameters the training begins with. */
  public GoogLeNetClassifier setStartFrom(String value) {
    set(startFrom, value);
    return this;
  }

  /** Which GoogLeNet is trained. */
  public Param<String> variant() {
    return variant;
  }

  /** The value of {@link #variant}. */
  public String getVariant() {
    return getOrDefault(variant);
  }

  /** Sets which GoogLeNet is trained. */
  public GoogLeNetClassifier setVariant(String value) {
    set(variant, value);
    return this;
  }

  /** The height and width of the input, in pixels. */
  public IntParam side() {
    return side;
  }

  /** The value of {@link #side}. */
  public int getSide() {
    return (int) getOrDefault(side);
  }

  /** Sets the height and width of the input, in pixels. */
  public GoogLeNetClassifier setSide(int value) {
    set(side, value);
    return this;
  }

  /** The number of epochs. */
  public IntParam maxIter() {
    return maxIter;
  }

  /** The value of {@link #maxIter}. */
  public int getMaxIter() {
    return (int) getOrDefault(maxIter);
  }

  /** Sets the number of epochs. */
  public GoogLeNetClassifier setMaxIter(int value) {
    set(maxIter, value);
    return this;
  }

  /** The learning rate that its schedule starts from. */
  public DoubleParam stepSize() {
    return stepSize;
  }

  /** The value of {@link #stepSize}. */
  public double getStepSize() {
    return (double) getOrDefault(stepSize);
  }

  /** Sets the learning rate that its schedule starts from. */
  public GoogLeNetClassifier setStepSize(double value) {
    set(stepSize, value);
    return this;
  }

  /** The seed of all that is random. */
  public LongParam seed() {
    return seed;
  }

  /** The value of {@link #seed}. */
  public long getSeed() {
    return (long) getOrDefault(seed);
  }

  /** Sets the seed of all that is random. */
  public GoogLeNetClassifier setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** The number of logical trainers of a round. */
  public IntParam numWorkers() {
    return numWorkers;
  }

  /** The value of {@link #numWorkers}. */
  public int getNumWorkers() {
    return (int) getOrDefault(numWorkers);
  }

  /** Sets the number of logical trainers of a round. */
  public GoogLeNetClassifier setNumWorkers(int value) {
    set(numWorkers, value);
    return this;
  }

  /** Further keys of the recipe, each as {@code key=value}. */
  public StringArrayParam recipe() {
    return recipe;
  }

  /** The value of {@link #recipe}. */
  public String[] getRecipe() {
    return getOrDefault(recipe);
  }

  /** Sets all further keys of the recipe, each as {@code key=value}. */
  public GoogLeNetClassifier setRecipe(String[] entries) {
    set(recipe, entries.clone());
    return this;
  }

  /**
   * Adds a further key of the recipe, which goes over a param and over what was set before.
   *
   * @param key as {@code learningRate.schedule}; {@code docs/recipe.md} has all
   * @param value in YAML
   */
  public GoogLeNetClassifier setRecipe(String key, String value) {
    List<String> entries = new ArrayList<>(Arrays.asList(getRecipe()));
    entries.add(key + "=" + value);
    return setRecipe(entries.toArray(String[]::new));
  }

  /** Whether fit prints a line for each round. */
  public BooleanParam verbose() {
    return verbose;
  }

  /** The value of {@link #verbose}. */
  public boolean getVerbose() {
    return (boolean) getOrDefault(verbose);
  }

  /** Sets whether fit prints a line for each round. */
  public GoogLeNetClassifier setVerbose(boolean value) {
    set(verbose, value);
    return this;
  }
}
