package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.googlenet.engine.Engines;
import org.googlenet.evaluation.Predictor.Image;
import org.googlenet.evaluation.Predictor.Prediction;
import org.googlenet.evaluation.Predictor.Ranked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class PredictorTest {

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
    new Predictor(model, FreshModel.spec(model, batch), topK).predict(images, predictions::add);
    return predictions;
  }

  private static List<Image> images(List<Record> records) {
    return records.stream().map(record -> new Image(record.key(), record.image())).toList();
  }

  @Test
  void theClassesOfAnImageComeBestFirstAndTheirProbabilitiesAddUpToOne() {
    Prediction prediction =
        predict(1, 10, List.of(new Image("x.jpg", Images.jpeg(80, 70, 1)))).get(0);

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
        .predict(SampleRecords.write(folder, "validation", records), ofRecords::add);
    assertThat(ofRecords).isEqualTo(predict(2, 3, images(records)));
  }

  @Test
  void whatIsNoImageIsRefusedByItsName() {
    byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> predict(4, 1, List.of(new Image("photos/notes.txt", text))))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("photos/notes.txt: ")
        .hasMessageContaining("name a JPEG or PNG file");
  }
}
