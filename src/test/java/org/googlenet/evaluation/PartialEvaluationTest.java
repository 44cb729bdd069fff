package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.googlenet.model.Batch;
import org.googlenet.model.GoogLeNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialEvaluationTest {

  private static final List<String> SEVEN =
      IntStream.range(0, 7).mapToObj(label -> "class " + label).toList();

  private static Batch batch(int... labels) {
    return new Batch(
        new float[labels.length],
        labels,
        IntStream.of(labels).mapToObj(Integer::toString).toList());
  }

  /** Of each example the same for all heads: probabilities that fall with the class. */
  private static float[][] falling(int examples, int classes) {
    float[] head = new float[examples * classes];
    for (int i = 0; i < head.length; i++) {
      head[i] = (float) Math.pow(0.5, i % classes + 1);
    }
    return new float[][] {head, head, head};
  }

  @Test
  void hitsAndLossesAreThoseOfTheExamples() {
    PartialEvaluation partial = new PartialEvaluation(GoogLeNet.HEADS, 7);
    partial.add(batch(0, 4, 5, 0), falling(4, 7));

    Evaluation evaluation = partial.evaluation(SEVEN);

    assertThat(evaluation.examples()).isEqualTo(4);
    assertThat(evaluation.top1()).isEqualTo(0.5);
    assertThat(evaluation.top5()).isEqualTo(0.75);
    double loss = (1 + 5 + 6 + 1) * Math.log(2) / 4;
    assertThat(evaluation.loss().keySet()).containsExactly("main", "aux1", "aux2");
    evaluation.loss().forEach((head, mean) -> assertThat(mean).isCloseTo(loss, within(1e-6)));
  }

  @Test
  void theClassesAddUpToTheWhole() {
    PartialEvaluation partial = new PartialEvaluation(GoogLeNet.HEADS, 7);
    partial.add(batch(0, 1, 2, 3, 4, 5, 6, 6, 0), falling(9, 7));
    Evaluation evaluation = partial.evaluation(SEVEN);

    assertThat(evaluation.classes()).extracting(Evaluation.OfClass::name).isEqualTo(SEVEN);
    assertThat(evaluation.classes().stream().mapToLong(Evaluation.OfClass::examples).sum())
        .isEqualTo(evaluation.examples());
    assertThat(evaluation.classes().stream().mapToDouble(c -> c.top1() * c.examples()).sum())
        .isCloseTo(evaluation.top1() * evaluation.examples(), within(1e-9));
    assertThat(evaluation.classes().stream().mapToDouble(c -> c.top5() * c.examples()).sum())
        .isCloseTo(evaluation.top5() * evaluation.examples(), within(1e-9));
  }

  @Test
  void aClassWithoutExamplesHasNoHits() {
    PartialEvaluation partial = new PartialEvaluation(GoogLeNet.HEADS, 7);
    partial.add(batch(0), falling(1, 7));
    assertThat(partial.evaluation(SEVEN).classes().get(3))
        .isEqualTo(new Evaluation.OfClass(3, "class 3", 0, 0, 0));
  }

  @Test
  void talliesOfPartsAddUpToTheTallyOfAll() {
    PartialEvaluation all = new PartialEvaluation(GoogLeNet.HEADS, 7);
    all.add(batch(0, 5, 2), falling(3, 7));
    PartialEvaluation first = new PartialEvaluation(GoogLeNet.HEADS, 7);
    first.add(batch(0), falling(1, 7));
    PartialEvaluation second = new PartialEvaluation(GoogLeNet.HEADS, 7);
    second.add(batch(5, 2), falling(2, 7));

    assertThat(first.add(second).evaluation(SEVEN)).isEqualTo(all.evaluation(SEVEN));
    assertThat(first.hits().records()).isEqualTo(3);
    assertThat(first.hits().count()).isEqualTo(1);
    assertThat(first.hits().countOnlyHere(all.hits())).isZero();
  }

  @Test
  void hitsAreInTheOrderOfTheExamples() {
    PartialEvaluation one = new PartialEvaluation(GoogLeNet.HEADS, 7);
    one.add(batch(0, 5, 0), falling(3, 7));
    PartialEvaluation other = new PartialEvaluation(GoogLeNet.HEADS, 7);
    other.add(batch(5, 0), falling(2, 7));
    PartialEvaluation next = new PartialEvaluation(GoogLeNet.HEADS, 7);
    next.add(batch(0), falling(1, 7));
    other.add(next);

    assertThat(one.hits().top1()).isEqualTo(2 / 3.0);
    assertThat(one.hits().countOnlyHere(other.hits())).isEqualTo(1);
    assertThat(other.hits().countOnlyHere(one.hits())).isEqualTo(1);
  }

  @Test
  void aProbabilityOfZeroHasALargeAndFiniteLoss() {
    PartialEvaluation partial = new PartialEvaluation(GoogLeNet.HEADS, 2);
    float[] sure = {1, 0};
    partial.add(batch(1), new float[][] {sure, sure, sure});
    assertThat(partial.evaluation(List.of("a", "b")).loss().get("main")).isBetween(80.0, 90.0);
  }

  @Test
  void whatIsNotANumberIsNoHitAndShowsInTheLoss() {
    PartialEvaluation partial = new PartialEvaluation(GoogLeNet.HEADS, 2);
    float[] broken = {Float.NaN, Float.NaN};
    partial.add(batch(0, 1), new float[][] {doubled(broken), doubled(broken), doubled(broken)});
    Evaluation evaluation = partial.evaluation(List.of("a", "b"));
    assertThat(evaluation.top1()).isZero();
    assertThat(evaluation.top5()).isZero();
    assertThat(evaluation.loss().get("main")).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void anyNumberOfHeadsHasALossUnderItsNameAndTheFirstHasTheHits(int heads) {
    List<String> names = IntStream.range(0, heads).mapToObj(head -> "out" + head).toList();
    float[][] probabilities = new float[heads][];
    probabilities[0] = new float[] {0.75f, 0.25f};
    for (int head = 1; head < heads; head++) {
      probabilities[head] = new float[] {0.25f, 0.75f};
    }
    PartialEvaluation partial = new PartialEvaluation(names, 2);
    partial.add(batch(0), probabilities);

    Evaluation evaluation = partial.evaluation(List.of("a", "b"));

    assertThat(evaluation.top1()).isEqualTo(1);
    assertThat(evaluation.loss().keySet()).containsExactlyElementsOf(names);
    assertThat(evaluation.loss().get("out0")).isEqualTo(-Math.log(0.75));
    evaluation.loss().keySet().stream()
        .skip(1)
        .forEach(head -> assertThat(evaluation.loss().get(head)).isEqualTo(-Math.log(0.25)));
  }

  private static float[] doubled(float[] one) {
    float[] two = new float[2 * one.length];
    System.arraycopy(one, 0, two, 0, one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    return two;
  }
}
