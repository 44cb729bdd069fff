package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.googlenet.common.Problem;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.TooManyBadRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.googlenet.engine.Engines;
import org.googlenet.evaluation.Predictor.Answers;
import org.googlenet.evaluation.Predictor.Image;
import org.googlenet.evaluation.Predictor.Prediction;
import org.googlenet.evaluation.Predictor.Ranked;
import org.googlenet.model.ModelProblem;
import org.googlenet.storage.StorageRefused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class PredictorTest {

  private static final BadRecordLimit NONE = limit("0");

  private static TrainedModel model;

  @TempDir private Path folder;

  @BeforeAll
  static void makeModel() {
    model = FreshModel.make();
  }

  @AfterAll
  static void closeEngines() {
    Engines.closeIdle();
  }

  private static List<Prediction> predict(int batch, int topK, List<Image> images) {
    List<Prediction> predictions = new ArrayList<>();
    predict(
        batch,
        topK,
        images,
        new Answers() {
          @Override
          public void prediction(Prediction prediction) {
            predictions.add(prediction);
          }

          @Override
          public void failure(String image, Problem why) {
            throw why;
          }
        });
    return predictions;
  }

  private static void predict(int batch, int topK, List<Image> images, Answers answers) {
    new Predictor(model, FreshModel.spec(model, batch), topK).predict(images.iterator(), answers);
  }

  private static List<Image> images(List<Record> records) {
    return records.stream().map(record -> new Image(record.key(), record::image)).toList();
  }

  @Test
  void theClassesOfAnImageComeBestFirstAndTheirProbabilitiesAddUpToOne() {
    Prediction prediction =
        predict(1, 10, List.of(new Image("x.jpg", () -> Images.jpeg(80, 70, 1)))).get(0);

    assertThat(prediction.image()).isEqualTo("x.jpg");
    assertThat(prediction.classes())
        .hasSize(10)
        .isSortedAccordingTo(Comparator.comparingDouble(Ranked::probability).reversed());
    assertThat(prediction.classes().stream().mapToDouble(Ranked::probability).sum())
        .isCloseTo(1, within(1e-4));
    for (Ranked ranked : prediction.classes()) {
      assertThat(ranked.name()).isEqualTo(SampleRecords.classNames().get(ranked.label()));
    }
  }

  @Test
  void anImageIsPredictedTheSameWhateverStandsBesideIt() {
    List<Image> images = images(SampleRecords.validation(5));
    List<Prediction> together = predict(3, 10, images);
    assertThat(together)
        .extracting(Prediction::image)
        .isEqualTo(images.stream().map(Image::name).toList());
    for (int i = 0; i < images.size(); i++) {
      Prediction alone = predict(1, 10, List.of(images.get(i))).get(0);
      for (int rank = 0; rank < 10; rank++) {
        assertThat(together.get(i).classes().get(rank).probability())
            .isCloseTo(alone.classes().get(rank).probability(), within(1e-5f));
      }
    }
  }

  @Test
  void filesAndRecordsOfADataSetArePredictedAlike() {
    List<Record> records = SampleRecords.validation(5);
    List<Prediction> ofRecords = new ArrayList<>();
    new Predictor(model, FreshModel.spec(model, 2), 3)
        .predict(SampleRecords.write(folder, "validation", records), NONE, ofRecords::add);
    assertThat(ofRecords).isEqualTo(predict(2, 3, images(records)));
  }

  @Test
  void recordsThatCannotBeUsedArePassedOverUpToTheLimit() {
    List<Record> good = SampleRecords.validation(3);
    List<Record> all = new ArrayList<>(good);
    byte[] torn = Images.truncated(good.get(0).image(), 0.5);
    all.add(1, new Record("bad", torn, 0));
    Dataset dataset = SampleRecords.write(folder, "validation", all);
    Predictor predictor = new Predictor(model, FreshModel.spec(model, 2), 3);
    List<Prediction> some = new ArrayList<>();

    List<BadRecord> bad = predictor.predict(dataset, limit("1"), some::add);

    assertThat(bad).extracting(BadRecord::key).containsExactly("bad");
    assertThat(some).isEqualTo(predict(2, 3, images(good)));
    assertThatThrownBy(() -> predictor.predict(dataset, NONE, some::add))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("record bad: image");
    all.add(new Record("worse", torn, 0));
    Dataset two = SampleRecords.write(folder.resolve("two"), "validation", all);
    assertThatThrownBy(() -> predictor.predict(two, limit("1"), some::add))
        .isInstanceOf(TooManyBadRecords.class)
        .hasMessageContaining("more than the 1 of 5 records that --quarantine (1) allows");
  }

  private static BadRecordLimit limit(String tolerance) {
    return new BadRecordLimit(Tolerance.parse(tolerance).orElseThrow(), "--quarantine");
  }

  @Test
  void whatIsNoImageIsRefusedByItsName() {
    byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> predict(4, 1, List.of(new Image("photos/notes.txt", () -> text))))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("photos/notes.txt: ")
        .hasMessageContaining("image is text, not an image");
  }

  @Test
  void badImagesAreAnsweredAtTheirPlaceAndTheOthersArePredicted() {
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      byte[] bytes = i % 3 == 1 ? new byte[] {1} : Images.jpeg(70, 70, i);
      images.add(new Image("i" + i, () -> bytes));
    }
    images.add(
        new Image(
            "gone",
            () -> {
              throw new StorageRefused("gone: no such file");
            }));
    List<String> answers = new ArrayList<>();
    predict(
        2,
        1,
        images,
        new Answers() {
          @Override
          public void prediction(Prediction prediction) {
            answers.add(prediction.image());
          }

          @Override
          public void failure(String image, Problem why) {
            answers.add("not " + image);
          }
        });
    assertThat(answers)
        .containsExactly("i0", "not i1", "i2", "i3", "not i4", "i5", "i6", "not gone");
  }

  @Test
  void theBytesOfAnImageAreAskedForWhenItsBatchIsMade() {
    List<String> course = new ArrayList<>();
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "i" + i;
      images.add(
          new Image(
              name,
              () -> {
                course.add("read " + name);
                return Images.jpeg(70, 70, 1);
              }));
    }
    predict(
        2,
        1,
        images,
        new Answers() {
          @Override
          public void prediction(Prediction prediction) {
            course.add(prediction.image());
          }

          @Override
          public void failure(String image, Problem why) {
            throw why;
          }
        });
    assertThat(course)
        .containsExactly("read i0", "read i1", "i0", "i1", "read i2", "read i3", "i2", "i3");
  }

  /** They are no images, since decoding so many would take minutes. */
  @Test
  void manyLargeFilesFitIntoASmallHeap() {
    int each = 60 << 20;
    long files = Runtime.getRuntime().maxMemory() / each * 3 / 2;
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      images.add(new Image("i" + i, () -> new byte[each]));
    }
    List<String> failures = new ArrayList<>();
    predict(
        images.size(),
        1,
        images,
        new Answers() {
          @Override
          public void prediction(Prediction prediction) {
            throw new AssertionError(prediction);
          }

          @Override
          public void failure(String image, Problem why) {
            failures.add(image);
          }
        });
    assertThat(failures).hasSameSizeAs(images);
  }

  @Test
  void recordsAreNotPredictedByAModelWhoseProbabilitiesAreNotNumbers() {
    float[] diverged = new float[model.parameters().length];
    Arrays.fill(diverged, Float.NaN);
    TrainedModel wrong =
        new TrainedModel(
            "runs/x",
            model.configuration(),
            diverged,
            model.side(),
            model.classNames(),
            model.decoding());
    Dataset dataset = SampleRecords.write(folder, "validation", SampleRecords.validation(2));
    Predictor predictor = new Predictor(wrong, FreshModel.spec(wrong, 2), 3);
    List<Prediction> told = new ArrayList<>();
    assertThatThrownBy(() -> predictor.predict(dataset, NONE, told::add))
        .isInstanceOf(ModelProblem.class)
        .hasMessageStartingWith("runs/x: its probabilities are not numbers (NaN)");
    assertThat(told).isEmpty();
  }
}
