package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.googlenet.common.Problem;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.TooManyBadRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.Engine;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class EvaluatorTest {

  private static final int EXAMPLES = 11;
  private static final int BATCH = 4;
  private static final BadRecordLimit LIMIT = limit("3");

  @TempDir private static Path folder;

  private static TrainedModel model;
  private static List<Record> records;
  private static Dataset dataset;

  @BeforeAll
  static void makeModelAndData() {
    model = FreshModel.make();
    records = SampleRecords.validation(EXAMPLES);
    dataset = SampleRecords.write(folder, "validation", records);
  }

  @AfterAll
  static void closeEngines() {
    Engines.closeIdle();
  }

  private static Evaluation evaluate(int tasks, Dataset on) {
    return result(tasks, on).evaluation();
  }

  private static BadRecordLimit limit(String tolerance) {
    return new BadRecordLimit(Tolerance.parse(tolerance).orElseThrow(), "--quarantine");
  }

  private static Evaluator.Result result(int tasks, Dataset on) {
    return result(tasks, on, LIMIT);
  }

  private static Evaluator.Result result(int tasks, Dataset on, BadRecordLimit limit) {
    return result(tasks, on, limit, Evaluator.Crops.ONE);
  }

  private static Evaluator.Result result(
      int tasks, Dataset on, BadRecordLimit limit, Evaluator.Crops crops) {
    LocalSpark.stop();
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + tasks + "]")
            .setAppName("evaluation")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      return new Evaluator(spark, on, model.decoding(), BATCH, limit)
          .with(crops)
          .result(FreshModel.spec(model, BATCH), model.parameters(), model.side(), model.classes());
    }
  }

  @Test
  void theNumberOfTasksDoesNotChangeTheResult() {
    Evaluator.Result byOne = result(1, dataset);
    Evaluator.Result byThree = result(3, dataset);
    Evaluation one = byOne.evaluation();
    Evaluation three = byThree.evaluation();

    assertThat(one.examples()).isEqualTo(EXAMPLES);
    assertThat(three.examples()).isEqualTo(EXAMPLES);
    assertThat(three.top1()).isEqualTo(one.top1());
    assertThat(three.top5()).isEqualTo(one.top5());
    assertThat(three.classes()).isEqualTo(one.classes());
    assertThat(byThree.hits().records()).isEqualTo(EXAMPLES);
    assertThat(byThree.hits().top1()).isEqualTo(one.top1());
    assertThat(byThree.hits().countOnlyHere(byOne.hits())).isZero();
    one.loss()
        .forEach((head, loss) -> assertThat(three.loss().get(head)).isCloseTo(loss, within(1e-5)));
  }

  @Tag("slow")
  @Test
  void tenCropsAreJudgedByTheMeanOfTheirProbabilities() throws UnreadableImage {
    Evaluator.Result byTen = result(2, dataset, LIMIT, Evaluator.Crops.TEN);

    Decoder decoder = new Decoder(model.side(), model.decoding(), false);
    int values = decoder.values();
    double loss = 0;
    int top1 = 0;
    try (Engine engine = new Dl4jEngine(model.configuration())) {
      engine.load(model.parameters(), new float[model.parameters().length]);
      for (Record record : records) {
        float[] parts = new float[10 * values];
        decoder.decodeTenCrops(record.image(), parts, 0);
        double[] mean = new double[model.classes()];
        for (int part = 0; part < 10; part++) {
          float[] pixels = Arrays.copyOfRange(parts, part * values, (part + 1) * values);
          Batch one = new Batch(pixels, new int[1], List.of(record.key()));
          float[] probabilities = engine.probabilities(one, 1)[0];
          for (int label = 0; label < mean.length; label++) {
            mean[label] += probabilities[label] / 10;
          }
        }
        loss -= Math.log(mean[record.label()]) / EXAMPLES;
        double largest = Arrays.stream(mean).max().orElseThrow();
        top1 += mean[record.label()] == largest ? 1 : 0;
      }
    }
    assertThat(byTen.evaluation().loss().get("main")).isCloseTo(loss, within(1e-5));
    assertThat(byTen.hits().count()).isEqualTo(top1);
    assertThat(byTen.evaluation().loss().get("main"))
        .isNotCloseTo(result(2, dataset).evaluation().loss().get("main"), within(1e-5));
  }

  @Test
  void theEvaluationCountsWhatThePredictorSays() {
    List<Predictor.Prediction> predictions = new ArrayList<>();
    new Predictor(model, FreshModel.spec(model, BATCH), 5)
        .predict(dataset, LIMIT, predictions::add);
    int top1 = 0;
    int top5 = 0;
    double lossOfTop5 = 0;
    for (int i = 0; i < EXAMPLES; i++) {
      int label = records.get(i).label();
      List<Predictor.Ranked> best = predictions.get(i).classes();
      top1 += best.get(0).label() == label ? 1 : 0;
      for (Predictor.Ranked ranked : best) {
        if (ranked.label() == label) {
          top5++;
          lossOfTop5 -= Math.log(ranked.probability());
        }
      }
    }

    Evaluation evaluation = evaluate(2, dataset);

    assertThat(evaluation.top1()).isEqualTo(top1 / (double) EXAMPLES);
    assertThat(evaluation.top5()).isEqualTo(top5 / (double) EXAMPLES);
    assertThat(evaluation.loss().get("main") * EXAMPLES).isGreaterThanOrEqualTo(lossOfTop5 - 1e-4);
  }

  private static Record bad(String key) {
    byte[] image = records.get(0).image();
    return new Record(key, Arrays.copyOf(image, image.length / 2), 1);
  }

  /** The records with bad ones between them, at places 0, 5, 12 and so on. */
  private static Dataset withBad(String name, int number) {
    List<Record> all = new ArrayList<>(records);
    int[] places = {0, 5, 12, 13};
    for (int place : Arrays.copyOf(places, number)) {
      all.add(place, bad("bad" + place));
    }
    return SampleRecords.write(folder.resolve(name), "validation", all);
  }

  @Tag("slow")
  @Test
  void recordsThatCannotBeReadAreCountedAndNotEvaluated() {
    Evaluator.Result good = result(1, dataset);
    for (int tasks = 1; tasks <= 3; tasks++) {
      Evaluator.Result some = result(tasks, withBad("some" + tasks, 3));
      assertThat(some.evaluation().unread()).isEqualTo(3);
      assertThat(some.evaluation().examples()).isEqualTo(EXAMPLES);
      assertThat(some.evaluation().classes()).isEqualTo(good.evaluation().classes());
      assertThat(some.hits().records()).isEqualTo(EXAMPLES);
      assertThat(some.hits().top1()).isEqualTo(good.hits().top1());
      assertThat(some.hits().countRead(some.hits())).isEqualTo(EXAMPLES);
    }
    assertThat(good.evaluation().unread()).isZero();
  }

  @Test
  void moreOfThemThanAreToleratedEndTheEvaluation() {
    Dataset many = withBad("many", 4);
    assertThatThrownBy(() -> evaluate(2, many))
        .isInstanceOf(TooManyBadRecords.class)
        .hasMessageStartingWith(
            many.location()
                + ": more than the 3 of 15 records that --quarantine (3) allows cannot be used: shard")
        .hasMessageContainingAll("validation-00000.tar: record bad0: image", "--skip-bad")
        .extracting(problem -> ((Problem) problem).exitCode())
        .isEqualTo(3);
  }

  @Tag("slow")
  @Test
  void theWordsDoNotDependOnHowManyTasksReadTheRecords() {
    Dataset many = withBad("words", 4);
    List<String> messages = new ArrayList<>();
    for (int tasks = 1; tasks <= 3; tasks++) {
      int number = tasks;
      messages.add(catchThrowable(() -> result(number, many, limit("1"))).getMessage());
    }
    assertThat(messages).hasSize(3).containsOnly(messages.get(0));
    assertThat(messages.get(0)).contains("record bad0", "record bad5").doesNotContain("bad12");
  }

  @Tag("slow")
  @Test
  void aDataSetWithoutAnyGoodRecordIsNotEvaluated() {
    Dataset none = SampleRecords.write(folder.resolve("none"), "validation", List.of(bad("bad")));
    assertThatThrownBy(() -> evaluate(1, none))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            none.location() + ": none of its records can be used; run 'googlenet validate'");
  }

  @Test
  void moreTasksThanRecordsIsFine() {
    Dataset two = SampleRecords.write(folder.resolve("two"), "validation", records.subList(0, 2));
    assertThat(evaluate(3, two).examples()).isEqualTo(2);
  }

  @Test
  void aDataSetOfOtherClassesIsRefused() {
    Record first = new Record("a", records.get(0).image(), 0);
    Dataset other =
        SampleRecords.write(
            folder.resolve("other"), "validation", List.of("cat", "dog"), List.of(first));
    assertThatThrownBy(() -> evaluate(1, other))
        .isInstanceOf(DataProblem.class)
        .hasMessageContainingAll("has 2 classes and the model has 10", "same classes");
  }
}
