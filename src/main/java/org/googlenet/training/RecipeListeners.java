package org.googlenet.training;

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
import org.googlenet.report.mlflow.MlflowListener;
import org.googlenet.report.mlflow.MlflowServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  private static final Logger LOG = LoggerFactory.getLogger(RecipeListeners.class);

  /** How long the end of a training waits for a server of others: two requests that time out. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private RecipeListeners() {}

  /**
   * The listeners of a training, those that copy what others write at its end last.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(JavaSparkContext spark, TrainingSetup setup) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    if (report.lineage().isOn()) {
      made(() -> lineage(spark, report.lineage())).ifPresent(all::add);
    }
    if (report.mlflow().isOn()) {
      made(() -> mlflow(spark, report.mlflow())).ifPresent(all::add);
    }
    return all;
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
        PATIENCE);
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
        "MLflow", new MlflowListener(server, mlflow.experiment(), spark.sparkUser()), PATIENCE);
  }
}
