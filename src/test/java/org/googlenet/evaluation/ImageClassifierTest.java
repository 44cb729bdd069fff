package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.googlenet.engine.Engines;
import org.googlenet.evaluation.ImageClassifier.Answer;
import org.googlenet.evaluation.ImageClassifier.Input;
import org.googlenet.model.ModelProblem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ImageClassifierTest {

  private static TrainedModel model;

  @BeforeAll
  static void makeModel() {
    model = FreshModel.make();
  }

  @AfterAll
  static void closeEngines() {
    Engines.closeIdle();
  }

  private static ImageClassifier.Spec spec(int batch, boolean hasFeatures) {
    return ImageClassifier.Spec.of(model, FreshModel.spec(model, batch), hasFeatures);
  }

  private static ImageClassifier.Answers<String> answers(
      int batch, boolean hasFeatures, Iterator<Input<String>> inputs) {
    return ImageClassifier.answers(spec(batch, hasFeatures), model.parameters(), inputs);
  }

  private static List<Answer<String>> all(
      int batch, boolean hasFeatures, List<Input<String>> inputs) {
    List<Answer<String>> all = new ArrayList<>();
    answers(batch, hasFeatures, inputs.iterator()).forEachRemaining(all::add);
    return all;
  }

  /** Five images of the sample, a torn one, and one that could not be read. */
  private static List<Input<String>> inputs() {
    List<Input<String>> inputs = new ArrayList<>();
    for (Record record : SampleRecords.validation(5)) {
      inputs.add(Input.read(record.key(), record.image()));
    }
    inputs.add(1, Input.read("torn", new byte[] {1, 2, 3}));
    inputs.add(4, Input.unreadable("gone", "went away"));
    return inputs;
  }

  @Tag("slow")
  @Test
  void eachImageHasOneAnswerAtItsPlaceWhateverTheBatch() {
    List<Input<String>> inputs = inputs();
    List<String> keys = inputs.stream().map(Input::of).toList();
    List<Answer<String>> alone = all(1, false, inputs);
    for (int batch : new int[] {2, 3, 7, 8}) {
      List<Answer<String>> together = all(batch, false, inputs);
      assertThat(together).extracting(Answer::of).isEqualTo(keys);
      for (int i = 0; i < keys.size(); i++) {
        assertThat(together.get(i).error()).isEqualTo(alone.get(i).error());
        if (alone.get(i).error() == null) {
          assertThat(together.get(i).probabilities())
              .containsExactly(alone.get(i).probabilities(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void anUnreadableImageSaysWhyAndHasNothingElse() {
    List<Answer<String>> answers = all(3, true, inputs());
    assertThat(answers.get(1).error()).startsWith("image is ");
    assertThat(answers.get(4).error()).isEqualTo("went away");
    for (int i : new int[] {1, 4}) {
      assertThat(answers.get(i).probabilities()).isNull();
      assertThat(answers.get(i).features()).isNull();
      assertThat(answers.get(i).best(3)).isEmpty();
    }
    assertThat(answers.get(0).best(3)).hasSize(3);
    assertThat(answers.get(0).best(99)).hasSize(10);
  }

  @Test
  void theFeaturesAreThoseInFrontOfTheClassifier() {
    List<Answer<String>> with = all(3, true, inputs());
    List<Answer<String>> without = all(3, false, inputs());
    assertThat(with.get(0).features()).hasSize(1024);
    assertThat(with.get(0).features()).isNotEqualTo(with.get(2).features());
    assertThat(without.get(0).features()).isNull();
    assertThat(with.get(0).probabilities()).isEqualTo(without.get(0).probabilities());
  }

  @Test
  void imagesAreAskedForBatchByBatch() {
    List<String> asked = new ArrayList<>();
    Iterator<Input<String>> inputs =
        Arrays.asList("a", "b", "c").stream()
            .map(
                key -> {
                  asked.add(key);
                  return Input.read(key, Images.jpeg(70, 70, 1));
                })
            .iterator();
    try (ImageClassifier.Answers<String> answers = answers(2, false, inputs)) {
      assertThat(answers.next().of()).isEqualTo("a");
      assertThat(asked).containsExactly("a", "b");
      assertThat(answers.next().of()).isEqualTo("b");
      assertThat(answers.next().of()).isEqualTo("c");
      assertThat(answers.hasNext()).isFalse();
      assertThatThrownBy(answers::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void withoutImagesThereIsNoAnswer() {
    assertThat(all(2, false, List.of())).isEmpty();
  }

  @Test
  void aModelWhoseProbabilitiesAreNotNumbersIsRefusedByName() {
    float[] diverged = new float[model.parameters().length];
    Arrays.fill(diverged, Float.NaN);
    assertThatThrownBy(
            () ->
                ImageClassifier.answers(spec(2, false), diverged, inputs().iterator())
                    .forEachRemaining(answer -> {}))
        .isInstanceOf(ModelProblem.class)
        .hasMessageStartingWith("fresh: its probabilities are not numbers (NaN)")
        .hasMessageContaining("name an earlier checkpoint");
  }
}
