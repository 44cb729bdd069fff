package org.googlenet.ml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.googlenet.averaging.Averager;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.preflight.Preflight;
import org.googlenet.prepare.RowsJob;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.JsonLines;
import org.googlenet.report.ProgressBar;
import org.googlenet.report.TrainingListener;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a {@code fit}: the rows become data sets, the params a recipe, and a training gives
 * the model.
 */
final class Fitting {

  private static final Logger LOG = LoggerFactory.getLogger(Fitting.class);

  /** One training at a time: two in one driver would only take turns on the same executors. */
  private static final Object TRAINING = new Object();

  private static final Duration EXECUTOR_WAIT = Duration.ofMinutes(2);

  private final GoogLeNetClassifier params;
  private final JavaSparkContext spark;
  private final Stores stores;
  private final Dataset<?> dataset;

  Fitting(GoogLeNetClassifier params, Dataset<?> dataset) {
    this.params = params;
    this.dataset = dataset;
    this.spark = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    this.stores = SessionStores.of(spark);
  }

  /**
   * Trains, or finds that it was done before.
   *
   * @throws org.googlenet.common.Problem if something is wrong that a user can mend
   */
  ModelFiles run() {
    Averager.requireJavaSerializer(spark);
    if (!params.isDefined(params.workDir())) {
      throw new StageProblem(
          "workDir: is not set; name a folder for the shards and the training's checkpoints that the driver and all executors reach");
    }
    String folder = SessionStores.qualified(spark, params.getWorkDir());
    FitRecipe recipe = new FitRecipe(params, folder);
    List<String> classNames = classNames();
    recipe.check(classNames.size());
    RowsJob.Made data =
        new RowsJob(spark, stores)
            .run(
                rows(classNames.size()),
                new RowsJob.Options(
                    folder + "/data",
                    classNames,
                    validatesByColumn() ? 0 : params.getValidationFraction(),
                    params.getSeed(),
                    HandleInvalid.of(params.getHandleInvalid()) != HandleInvalid.ERROR));
    data.omissions().lines().forEach(LOG::warn);
    synchronized (TRAINING) {
      return train(recipe.of(data));
    }
  }

  /** As the labels' column knows them, or numbers up to the highest label. */
  private List<String> classNames() {
    List<String> known = Columns.classNames(Columns.field(dataset.schema(), params.getLabelCol()));
    if (!known.isEmpty()) {
      return known;
    }
    Row highest = dataset.agg(functions.max(label())).first();
    if (highest.isNullAt(0)) {
      throw new StageProblem(
          "column '%s': has no label; give rows to train on".formatted(params.getLabelCol()));
    }
    return IntStream.rangeClosed(0, Labels.of(highest.getDouble(0), Integer.MAX_VALUE))
        .mapToObj(Integer::toString)
        .toList();
  }

  private Column label() {
    return Columns.column(dataset, params.getLabelCol()).cast("double");
  }

  private boolean validatesByColumn() {
    return params.isDefined(params.validationIndicatorCol());
  }

  /** The image, the label, whether it validates, and where it lies. */
  private JavaRDD<RowsJob.Row> rows(int classes) {
    StructType schema = dataset.schema();
    int path = ImageColumn.path(schema);
    List<Column> columns = new ArrayList<>();
    columns.add(Columns.column(dataset, params.getInputCol()));
    columns.add(label());
    columns.add(
        validatesByColumn()
            ? Columns.column(dataset, params.getValidationIndicatorCol())
            : functions.lit(false));
    columns.add(
        path < 0
            ? functions.lit(null).cast("string")
            : Columns.column(dataset, schema.fieldNames()[path]));
    return dataset.select(columns.toArray(Column[]::new)).toJavaRDD().map(row -> row(row, classes));
  }

  private static RowsJob.Row row(Row row, int classes) {
    if (row.isNullAt(1)) {
      throw new DataProblem("a label is null; fill it in, or leave its row out");
    }
    int label = Labels.of(row.getDouble(1), classes);
    boolean validates = !row.isNullAt(2) && row.getBoolean(2);
    String name = ImageColumn.name(row.get(0), row.getString(3));
    String shown = name == null ? "an image of label " + label : name;
    try {
      return new RowsJob.Row(shown, label, validates, ImageColumn.bytes(row.get(0)));
    } catch (UnreadableImage e) {
      return new RowsJob.Row(shown, label, validates, new byte[0], e.getMessage());
    }
  }

  private ModelFiles train(Recipe recipe) {
    TrainingJob.Options options =
        TrainingJob.Options.NONE.waiting(recipe.checkpoint().lease().multipliedBy(2));
    if (params.isDefined(params.startFrom())) {
      options = options.beginningWith(SessionStores.qualified(spark, params.getStartFrom()));
    }
    Preflight.Start start = Preflight.of(spark, recipe, stores, EXECUTOR_WAIT).require();
    try (TrainingListener listener = listener()) {
      new TrainingJob(spark, start.setup(), stores, options, listener).run();
    }
    return ModelFiles.open(stores, recipe.location());
  }

  /** Lines for people on stdout, or JSON in Spark's log. */
  private TrainingListener listener() {
    return params.getVerbose()
        ? ProgressBar.plain(System.out)
        : event -> LOG.info(String.format(Locale.ROOT, "%s", JsonLines.json(event)));
  }
}
