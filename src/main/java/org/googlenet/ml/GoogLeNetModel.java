package org.googlenet.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.ImageClassifier;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.spark.TaskCores;
import scala.Option;

/**
 * Classifies the images of a DataFrame: adds the columns {@code rawPrediction}, {@code probability}
 * and {@code prediction}, and if it is asked to, the values in front of the classifier.
 *
 * <p>It is made by {@link GoogLeNetClassifier}, loaded, or {@link #open opened} from what {@code
 * googlenet train} has written.
 */
public final class GoogLeNetModel extends Model<GoogLeNetModel> implements ImageParams, MLWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final SharedParams shared;

  /** Only the driver has them. */
  private final transient ModelFiles files;

  private final transient TrainedModel trained;

  private transient Broadcast<float[]> parameters;

  /** Where {@link #parameters} are; they are gone when it is stopped. */
  private transient SparkContext broadcastBy;

  GoogLeNetModel(String uid, ModelFiles files) {
    this(uid, files, files.model());
  }

  private GoogLeNetModel(String uid, ModelFiles files, TrainedModel trained) {
    this.uid = uid;
    this.files = files;
    this.trained = trained;
    this.shared = new SharedParams(this);
    shared.setDefaults(this);
  }

  /**
   * Opens a model that was trained elsewhere, in the storage of the active session.
   *
   * @param location a run, a checkpoint, a promoted model, a folder of promoted models (its
   *     champion) or a {@code model.zip}
   * @throws org.googlenet.common.Problem if there is no model, or it is damaged
   */
  public static GoogLeNetModel open(String location) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext());
    String place = SessionStores.qualified(spark, location);
    return new GoogLeNetModel(
        Identifiable$.MODULE$.randomUID("googlenet"),
        ModelFiles.open(SessionStores.of(spark), place));
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public SharedParams shared() {
    return shared;
  }

  /** Sets the column of images. */
  public GoogLeNetModel setInputCol(String column) {
    set(inputCol(), column);
    return this;
  }

  /** Sets the column for the most probable label. */
  public GoogLeNetModel setPredictionCol(String column) {
    set(predictionCol(), column);
    return this;
  }

  /** Sets the column for the probabilities; empty for none. */
  public GoogLeNetModel setProbabilityCol(String column) {
    set(probabilityCol(), column);
    return this;
  }

  /** Sets the column for the logarithms of the probabilities; empty for none. */
  public GoogLeNetModel setRawPredictionCol(String column) {
    set(rawPredictionCol(), column);
    return this;
  }

  /** Sets the column for the values in front of the classifier; empty for none. */
  public GoogLeNetModel setOutputFeaturesCol(String column) {
    set(outputFeaturesCol(), column);
    return this;
  }

  /** Sets what becomes of images that cannot be read: {@code error}, {@code skip}, {@code keep}. */
  public GoogLeNetModel setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** Sets how many images there are in a pass. */
  public GoogLeNetModel setBatchSize(int images) {
    set(batchSize(), images);
    return this;
  }

  /** The names of the classes, in the order of the labels. */
  public String[] labels() {
    return trained.classNames().toArray(String[]::new);
  }

  /** The number of classes. */
  public int numClasses() {
    return trained.classes();
  }

  /** The height and width of what the network sees, in pixels. */
  public int side() {
    return trained.side();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Dataset<Row> rows = dataset.toDF();
    StructType schema = transformSchema(rows.schema(), true);
    Dataset<Row> classified =
        rows.mapPartitions(classifiedRows(rows, schema), Encoders.row(schema));
    // Spark's encoder of rows forgets what columns say of themselves.
    return classified.select(
        Arrays.stream(schema.fields())
            .map(
                field ->
                    Columns.column(classified, field.name()).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private ClassifiedRows classifiedRows(Dataset<Row> rows, StructType schema) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    List<String> columns = Arrays.asList(rows.schema().fieldNames());
    EngineSpec engine =
        EngineSpec.of(trained.configuration())
            .withBatch(getBatchSize())
            .withThreads(TaskCores.of(spark));
    boolean hasFeatures = !getOutputFeaturesCol().isEmpty();
    return new ClassifiedRows(
        broadcast(spark),
        ImageClassifier.Spec.of(trained, engine, hasFeatures),
        columns.indexOf(getInputCol()),
        ImageColumn.path(schema),
        new ClassifiedRows.Outputs(
            !getRawPredictionCol().isEmpty(),
            !getProbabilityCol().isEmpty(),
            !getPredictionCol().isEmpty(),
            hasFeatures),
        HandleInvalid.of(getHandleInvalid()));
  }

  /**
   * Broadcast once for all calls on a context; Spark removes it when the model is no longer
   * reachable.
   */
  private synchronized Broadcast<float[]> broadcast(JavaSparkContext spark) {
    if (!spark.sc().equals(broadcastBy)) {
      parameters = spark.broadcast(trained.parameters());
      broadcastBy = spark.sc();
    }
    return parameters;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.require(schema, getInputCol());
    return Columns.withPredictions(schema, this, trained.classNames());
  }

  @Override
  public GoogLeNetModel copy(ParamMap extra) {
    return copyValues(new GoogLeNetModel(uid, files, trained), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        DefaultParamsWriter$.MODULE$.saveMetadata(
            GoogLeNetModel.this, path, sc(), Option.empty(), Option.empty());
        files.save(path, sc().hadoopConfiguration());
      }
    };
  }

  /** Reads models that {@link #write} has written. */
  public static MLReader<GoogLeNetModel> read() {
    return new MLReader<>() {
      @Override
      public GoogLeNetModel load(String path) {
        DefaultParamsReader$ params = DefaultParamsReader$.MODULE$;
        var metadata = params.loadMetadata(path, sc(), GoogLeNetModel.class.getName());
        GoogLeNetModel model =
            new GoogLeNetModel(metadata.uid(), ModelFiles.load(path, sc().hadoopConfiguration()));
        metadata.getAndSetParams(model, Option.empty());
        return model;
      }
    };
  }

  /** Loads a model that was saved. */
  public static GoogLeNetModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "GoogLeNetModel: uid=%s, numClasses=%s, side=%s".formatted(uid, numClasses(), side());
  }
}
