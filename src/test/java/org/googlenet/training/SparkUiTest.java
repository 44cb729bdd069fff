package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.AccumulableInfo;
import org.apache.spark.status.api.v1.JobData;
import org.apache.spark.status.api.v1.StageData;
import org.apache.spark.status.api.v1.TaskData;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.metrics.SparkSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.JavaConverters;

/** What Spark shows of a training: its jobs, its tasks, and its metrics. */
class SparkUiTest {

  private static final int ROUNDS = 2;
  private static final int WORKERS = 2;
  private static final String[] SHORT = {"training={batch: 4, rounds: 2}", "evaluation.every=1"};

  @TempDir private static Path folder;

  private static TinyRuns runs;
  private static TinyRuns.Trained trained;
  private static List<JobData> jobs;
  private static Map<String, Double> gauges;

  @BeforeAll
  static void train() throws TimeoutException {
    LocalSpark.context();
    int before = jobs().size();
    runs = new TinyRuns(TinyTraining.in(folder));
    trained = runs.train(TinyRuns.PLAIN, SHORT);
    List<JobData> all = jobs();
    jobs = all.subList(0, all.size() - before); // the newest first
    gauges = gauges();
  }

  @Test
  void eachJobSaysWhatItIsFor() {
    String validation = runs.tiny().validation().toString();
    assertThat(jobs)
        .extracting(job -> text(job.description()))
        .containsExactly(
            "evaluation after round 2 of run tiny: " + validation,
            "round 2/2 of run tiny: 2 workers train",
            "evaluation after round 1 of run tiny: " + validation,
            "round 1/2 of run tiny: 2 workers train",
            "start of run tiny: the engine of an executor");
  }

  @Test
  void theJobsOfATrainingAreAGroupUnlessTheyAreInOneAlready() throws TimeoutException {
    assertThat(jobs).extracting(job -> text(job.jobGroup())).containsOnly("run tiny");

    JavaSparkContext spark = LocalSpark.context();
    spark.setJobGroup("nightly", "all of the night", false);
    try {
      runs.train(TinyRuns.PLAIN, "run=other", "training={batch: 4, rounds: 1}");
      assertThat(spark.getLocalProperty("spark.jobGroup.id")).isEqualTo("nightly");
    } finally {
      spark.clearJobGroup();
    }
    JobData last = jobs().get(0);
    assertThat(text(last.jobGroup())).isEqualTo("nightly");
    assertThat(text(last.description()))
        .startsWith("all of the night: evaluation after round 1 of run other: ");
    assertThat(gauges()).containsEntry("round", 1.0);
  }

  @Test
  void noTextStaysBehind() {
    JavaSparkContext spark = LocalSpark.context();
    assertThat(spark.getLocalProperty("spark.job.description")).isNull();
    assertThat(spark.getLocalProperty("spark.jobGroup.id")).isNull();
  }

  @Test
  void theTasksOfARoundShowWhatEachWorkerDid() {
    StageData stage = stage("round 1/2 of run tiny: 2 workers train");
    assertThat(values(stage.accumulatorUpdates()))
        .containsEntry("examples", "16")
        .containsEntry("local steps", "4")
        .containsEntry("bad records", "0");

    List<TaskData> tasks =
        JavaConverters.seqAsJavaList(
            store()
                .taskList(
                    stage.stageId(), stage.attemptId(), 0, 10, Option.empty(), true, List.of()));
    assertThat(tasks).hasSize(WORKERS);
    assertThat(tasks)
        .allSatisfy(
            task -> {
              Map<String, String> ofTask = values(task.accumulatorUpdates());
              assertThat(ofTask).containsEntry("examples", "8").containsEntry("local steps", "2");
              assertThat(Double.parseDouble(ofTask.get("seconds in local steps"))).isPositive();
              assertThat(ofTask).containsKey("seconds waiting for batches");
            });
  }

  @Test
  void sparksMetricsHaveTheNewestValues() {
    RoundFinished last = trained.last(RoundFinished.class);
    Evaluated evaluated = trained.last(Evaluated.class);

    assertThat(gauges)
        .containsEntry("round", (double) ROUNDS)
        .containsEntry("loss.main", last.loss().of("main"))
        .containsEntry("top1_ratio", evaluated.top1())
        .containsEntry("state.finished", 1.0)
        .containsEntry("lease_left_seconds", Double.NaN);
  }

  private static Map<String, Double> gauges() {
    List<Source> sources =
        JavaConverters.seqAsJavaList(
            SparkEnv.get().metricsSystem().getSourcesByName(SparkSource.NAME));
    assertThat(sources).as("those of earlier trainings are gone").hasSize(1);
    Map<String, Double> values = new TreeMap<>();
    sources
        .get(0)
        .metricRegistry()
        .getGauges()
        .forEach((name, gauge) -> values.put(name, (Double) gauge.getValue()));
    return values;
  }

  private static StageData stage(String description) {
    int id =
        jobs.stream()
            .filter(job -> text(job.description()).equals(description))
            .map(job -> (Integer) job.stageIds().last())
            .findFirst()
            .orElseThrow();
    return store().lastStageAttempt(id);
  }

  private static Map<String, String> values(scala.collection.Iterable<AccumulableInfo> updates) {
    Map<String, String> values = new TreeMap<>();
    JavaConverters.asJavaCollection(updates)
        .forEach(each -> values.put(each.name(), each.update().getOrElse(each::value)));
    return values;
  }

  private static List<JobData> jobs() throws TimeoutException {
    LocalSpark.context().sc().listenerBus().waitUntilEmpty();
    return JavaConverters.seqAsJavaList(store().jobsList(null));
  }

  private static AppStatusStore store() {
    return LocalSpark.context().sc().statusStore();
  }

  private static String text(Option<String> option) {
    return Optional.ofNullable(option.getOrElse(() -> null)).map(String.class::cast).orElse("");
  }
}
