package org.googlenet.training;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Problem;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Background;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.lineage.LineageListener;
import org.googlenet.report.lineage.LineageTarget;
import org.googlenet.report.metrics.SparkSource;
import org.googlenet.report.metrics.TextFile;
import org.googlenet.report.mlflow.MlflowListener;
import org.googlenet.report.mlflow.MlflowServer;
import org.googlenet.report.page.PageListener;
import org.googlenet.report.tensorboard.TensorBoard;
import org.googlenet.storage.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  private static final Logger LOG = LoggerFactory.getLogger(RecipeListeners.class);

  /** How long the end of a training waits for a server of others: two requests that time out. */
  private static final Duration FOR_SERVERS = Duration.ofSeconds(25);

  /** How long it waits for what is written to the run's storage. */
  private static final Duration FOR_STORAGE = Duration.ofSeconds(20);

  /** How long it waits for a file of the driver's machine. */
  private static final Duration FOR_FILES = Duration.ofSeconds(5);

  private RecipeListeners() {}

  /**
   * The listeners of a training.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(JavaSparkContext spark, TrainingSetup setup, Stores stores) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    all.add(new SparkSource());
    if (report.page()) {
      all.add(page(setup, stores));
    }
    if (report.tensorboard()) {
      TensorBoard tensorBoard = new TensorBoard(() -> SomeImages.png(setup.train()));
      all.add(new Background("TensorBoard", tensorBoard, FOR_STORAGE));
    }
    if (!report.textfile().equals(Recipe.Report.NONE)) {
      all.add(textfile(report.textfile(), setup.recipe().run()));
    }
    if (report.lineage().isOn()) {
      made(() -> lineage(spark, report.lineage())).ifPresent(all::add);
    }
    if (report.mlflow().isOn()) {
      made(() -> mlflow(spark, report.mlflow())).ifPresent(all::add);
    }
    return all;
  }

  private static TrainingListener page(TrainingSetup setup, Stores stores) {
    return new PageListener(
        new RunPictures(setup::train, setup::validation),
        () -> ReportPages.champion(setup.recipe(), stores),
        Clock.systemUTC());
  }

  /** In a thread of its own: a folder may lie on a file system that hangs. */
  private static TrainingListener textfile(String file, String run) {
    return new Background("report.textfile", new TextFile(file, run), FOR_FILES);
  }

  /** What cannot be made costs a warning, and not the training. */
  private static Optional<TrainingListener> made(Supplier<TrainingListener> making) {
    try {
      return Optional.of(making.get());
    } catch (Problem problem) {
      LOG.warn(problem.getMessage());
      return Optional.empty();
    }
  }

  private static TrainingListener lineage(JavaSparkContext spark, Recipe.Report.Lineage lineage) {
    LineageTarget target =
        LineageTarget.of("report.openlineage.url", lineage.url(), System.getenv());
    Optional<String> name =
        Optional.of(lineage.job()).filter(job -> !job.equals(Recipe.Report.Lineage.RUN));
    LineageListener.Job job = new LineageListener.Job(lineage.namespace(), name);
    return new Background(
        "OpenLineage",
        new LineageListener(target, job, properties(spark), System.getenv()),
        FOR_SERVERS);
  }

  private static Map<String, String> properties(JavaSparkContext spark) {
    Map<String, String> properties = new LinkedHashMap<>();
    for (scala.Tuple2<String, String> property : spark.getConf().getAll()) {
      properties.put(property._1(), property._2());
    }
    return properties;
  }

  private static TrainingListener mlflow(JavaSparkContext spark, Recipe.Report.Mlflow mlflow) {
    MlflowServer server = MlflowServer.at("report.mlflow.uri", mlflow.uri(), System.getenv());
    return new Background(
        "MLflow", new MlflowListener(server, mlflow.experiment(), spark.sparkUser()), FOR_SERVERS);
  }
}
