package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Figures of 200 examples are those that numpy computes by other formulas. */
class EvaluationReportTest {

  private static final Offset<Double> ROUNDING = within(1e-12);
  private static final int CLASSES = 7;
  private static final List<String> NAMES =
      List.of("cat", "dog, large", "\"it\"", "d", "e", "f", "never");

  private static JsonNode figures;
  private static EvaluationReport report;

  @BeforeAll
  static void evaluate() throws IOException {
    try (InputStream in =
        EvaluationReportTest.class.getResourceAsStream("/evaluation/figures.json")) {
      figures = new ObjectMapper().readTree(in);
    }
    report = report(new int[] {0, 200});
  }

  /** The report of parts that are evaluated apart and added. */
  private static EvaluationReport report(int[] ends) {
    PartialEvaluation all = null;
    for (int part = 0; part + 1 < ends.length; part++) {
      PartialEvaluation one = new PartialEvaluation(List.of("main"), CLASSES);
      add(one, ends[part], ends[part + 1]);
      all = all == null ? one : all.add(one);
    }
    return EvaluationReport.of(
        new Evaluator.Result(
            all.evaluation(NAMES), all.hits(), all.confusion(), all.calibration(), all.mistakes()));
  }

  private static void add(PartialEvaluation to, int from, int end) {
    int[] labels = new int[end - from];
    float[] probabilities = new float[labels.length * CLASSES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = figures.get("labels").get(from + i).asInt();
      for (int label = 0; label < CLASSES; label++) {
        probabilities[i * CLASSES + label] =
            (float) figures.get("probabilities").get(from + i).get(label).asDouble();
      }
    }
    List<String> keys = IntStream.of(labels).mapToObj(Integer::toString).toList();
    to.add(new Batch(new float[labels.length], labels, keys), new float[][] {probabilities});
  }

  private static void assertSame(Wilson interval, JsonNode expected) {
    assertThat(interval.low()).isCloseTo(expected.get(0).asDouble(), ROUNDING);
    assertThat(interval.high()).isCloseTo(expected.get(1).asDouble(), ROUNDING);
  }

  private static void assertSame(Double value, JsonNode expected) {
    if (expected.isNull()) {
      assertThat(value).isNull();
    } else {
      assertThat(value).isCloseTo(expected.asDouble(), ROUNDING);
    }
  }

  @Test
  void sharesAndIntervalsOfAll() {
    assertThat(report.examples()).isEqualTo(200);
    assertThat(report.top1()).isEqualTo(figures.get("top1").asDouble());
    assertThat(report.top5()).isEqualTo(figures.get("top5").asDouble());
    assertSame(report.top1Interval(), figures.get("top1Interval"));
    assertSame(report.top5Interval(), figures.get("top5Interval"));
  }

  @Test
  void precisionRecallAndConfusionOfEachClass() {
    assertThat(report.classes()).hasSize(CLASSES);
    for (ClassFigures each : report.classes()) {
      JsonNode expected = figures.get("classes").get(each.label());
      assertThat(each.examples()).isEqualTo(expected.get("examples").asLong());
      assertThat(each.top1Hits()).isEqualTo(expected.get("top1Hits").asLong());
      assertThat(each.top5Hits()).isEqualTo(expected.get("top5Hits").asLong());
      assertThat(each.predicted()).isEqualTo(expected.get("predicted").asLong());
      assertSame(each.top1Interval(), expected.get("top1Interval"));
      assertSame(each.precision(), expected.get("precision"));
      assertSame(each.recall(), expected.get("recall"));
      assertSame(each.f1(), expected.get("f1"));
      assertThat(each.timesConfused()).isEqualTo(expected.get("timesConfused").asLong());
      assertThat(each.mostConfusedWith())
          .isEqualTo(
              expected.get("mostConfusedWith").isNull()
                  ? null
                  : NAMES.get(expected.get("mostConfusedWith").asInt()));
    }
  }

  @Test
  void everyCellOfTheConfusionMatrix() {
    String[] rows = report.tables().get("confusion.csv").split("\r\n", -1);
    assertThat(rows[0])
        .isEqualTo("true \\ predicted,cat,\"dog, large\",\"\"\"it\"\"\",d,e,f,never");
    assertThat(rows).hasSize(CLASSES + 2);
    for (int label = 0; label < CLASSES; label++) {
      List<String> counts = new ArrayList<>();
      figures.get("confusion").get(label).forEach(count -> counts.add(count.asText()));
      assertThat(rows[label + 1]).endsWith("," + String.join(",", counts));
    }
  }

  @Test
  void theCalibrationErrorAndItsBins() {
    assertThat(report.calibrationError())
        .isCloseTo(figures.get("calibrationError").asDouble(), ROUNDING);
    assertThat(report.bins()).hasSize(15);
    for (int bin = 0; bin < 15; bin++) {
      JsonNode expected = figures.get("bins").get(bin);
      assertThat(report.bins().get(bin).examples()).isEqualTo(expected.get(0).asLong());
      assertThat(report.bins().get(bin).hits()).isEqualTo(expected.get(1).asLong());
      assertThat(report.bins().get(bin).confidence())
          .isCloseTo(expected.get(2).asDouble(), ROUNDING);
    }
  }

  @Test
  void theTablesDoNotDependOnHowManyTasksEvaluate() {
    for (int[] ends : List.of(new int[] {0, 1, 200}, new int[] {0, 7, 50, 51, 120, 199, 200})) {
      EvaluationReport parts = report(ends);
      assertThat(parts.tables()).isEqualTo(report.tables());
      assertThat(parts.calibrationError()).isEqualTo(report.calibrationError());
      assertThat(parts.confusion()).isEqualTo(report.confusion());
    }
  }

  @Test
  void theTableOfClassesHasAnEmptyCellWhereThereIsNoFigure() {
    String[] rows = report.tables().get("classes.csv").split("\r\n", -1);
    assertThat(rows[0]).startsWith("label,class,examples,top1_hits,");
    assertThat(rows[CLASSES]).isEqualTo("6,never,0,0,0,0.0,0.0,1.0,0.0,0.0,1.0,0,,,,,0");
  }

  @Test
  void confidencesOnTheEdgeOfABinBelongToTheLowerOne() {
    Calibration calibration = new Calibration();
    calibration.add(1, true);
    calibration.add(0.2f, false); // fp32 has 0.200000003
    calibration.add(Math.nextDown(0.2f), false);
    assertThat(calibration.bins().get(14).examples()).isEqualTo(1);
    assertThat(calibration.bins().get(3).examples()).isEqualTo(1);
    assertThat(calibration.bins().get(2).examples()).isEqualTo(1);
  }

  @Test
  void anIntervalStaysWithinZeroAndOne() {
    assertThat(Wilson.of(0, 0)).isEqualTo(new Wilson(0, 1));
    assertThat(Wilson.of(0, 10).low()).isZero();
    assertThat(Wilson.of(0, 10).high()).isCloseTo(0.27753279, within(1e-8));
    assertThat(Wilson.of(10, 10).high()).isEqualTo(1);
    assertThat(Wilson.ofShare(1 / 3.0, 3)).isEqualTo(Wilson.of(1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.of(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.of(-1, 2));
  }

  @Test
  void probabilitiesThatAreNotNumbersAreOfNoClass() {
    PartialEvaluation partial = new PartialEvaluation(List.of("main"), 2);
    partial.add(
        new Batch(new float[1], new int[] {0}, List.of("a")),
        new float[][] {{Float.NaN, Float.NaN}});
    assertThat(partial.confusion().count(0, 0)).isZero();
    assertThat(partial.calibration().error()).isZero();
  }

  @Test
  void ofThousandsOfClassesTheConfusionHasOnlyThePairsThatOccur() {
    int classes = EvaluationReport.MOST_IN_MATRIX + 1;
    List<String> names = IntStream.range(0, classes).mapToObj(label -> "c," + label).toList();
    float[] probabilities = new float[3 * classes];
    int[] labels = {7, 4_000, 7};
    int[] predicted = {8, 4_000, 8};
    for (int i = 0; i < labels.length; i++) {
      probabilities[i * classes + predicted[i]] = 1;
    }
    PartialEvaluation part = new PartialEvaluation(List.of("main"), classes);
    part.add(
        new Batch(new float[3], labels, List.of("a", "b", "c")), new float[][] {probabilities});
    EvaluationReport many =
        EvaluationReport.of(
            new Evaluator.Result(
                part.evaluation(names),
                part.hits(),
                part.confusion(),
                part.calibration(),
                part.mistakes()));
    assertThat(many.tables().get("confusion.csv").split("\r\n"))
        .containsExactly(
            "true_label,true,predicted_label,predicted,examples",
            "7,\"c,7\",8,\"c,8\",2",
            "4000,\"c,4000\",4000,\"c,4000\",1");
  }
}
