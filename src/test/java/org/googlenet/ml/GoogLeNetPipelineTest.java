package org.googlenet.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.googlenet.data.image.Images;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.Predictor;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The estimator and its model in a pipeline of Spark ML, on real images. */
class GoogLeNetPipelineTest {

  private static final int IMAGES = 48;

  @TempDir static Path folder;

  private static Dataset<Row> files;
  private static PipelineModel fitted;
  private static Path run;

  private static GoogLeNetClassifier classifier() {
    return new GoogLeNetClassifier()
        .setInputCol("content")
        .setLabelCol("index")
        .setWorkDir(folder.resolve("work").toString())
        .setSide(65)
        .setMaxIter(2)
        .setBatchSize(8)
        .setValidationFraction(0.2)
        .setRecipe("averaging.localSteps", "2")
        .setRecipe("checkpoint.lease", "2s");
  }

  private static Pipeline pipeline() {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer()
                  .setInputCol("kind")
                  .setOutputCol("index")
                  .setStringOrderType("alphabetAsc"),
              classifier(),
              new IndexToString().setInputCol("prediction").setOutputCol("predicted")
            });
  }

  @BeforeAll
  static void fit() throws Exception {
    files = Frames.files(IMAGES);
    fitted = pipeline().fit(files);
    run = folder.resolve("work/runs").resolve(runs().get(0));
  }

  private static GoogLeNetModel model() {
    return (GoogLeNetModel) fitted.stages()[1];
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("path").collectAsList();
  }

  @Test
  void everyRowGetsAPredictionThatIsItsMostProbableClass() {
    Dataset<Row> predicted = fitted.transform(files);
    assertThat(predicted.count()).isEqualTo(IMAGES);
    for (Row row : predicted.collectAsList()) {
      Vector probability = row.getAs("probability");
      Vector raw = row.getAs("rawPrediction");
      double prediction = row.<Double>getAs("prediction");
      assertThat(Arrays.stream(probability.toArray()).sum()).isCloseTo(1, within(1e-5));
      assertThat(probability.argmax()).isEqualTo((int) prediction);
      assertThat(raw.argmax()).isEqualTo((int) prediction);
      assertThat(Math.exp(raw.apply(0))).isCloseTo(probability.apply(0), within(1e-6));
      assertThat(row.<String>getAs("predicted"))
          .isEqualTo(model().labels()[(int) prediction])
          .startsWith("kind ");
    }
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setLabelCol("index")
            .setMetricName("accuracy")
            .evaluate(predicted);
    long hits = predicted.filter("index = prediction").count();
    assertThat(accuracy).isCloseTo((double) hits / IMAGES, within(1e-12));
  }

  @Test
  void theClassesHaveTheNamesThatTheIndexerKnows() {
    String[] names =
        files.select("kind").distinct().orderBy("kind").collectAsList().stream()
            .map(row -> row.getString(0))
            .toArray(String[]::new);
    assertThat(model().labels()).isEqualTo(names);
    assertThat(model().numClasses()).isEqualTo(names.length);
  }

  @Test
  void aSavedPipelinePredictsTheSame() throws Exception {
    String place = folder.resolve("saved").toString();
    fitted.write().overwrite().save(place);
    PipelineModel loaded = PipelineModel.load(place);
    assertThat(sorted(loaded.transform(files))).isEqualTo(sorted(fitted.transform(files)));
    GoogLeNetModel again = (GoogLeNetModel) loaded.stages()[1];
    assertThat(again.uid()).isEqualTo(model().uid());
    assertThat(again.getInputCol()).isEqualTo("content");
    assertThat(again.getBatchSize()).isEqualTo(8);
    assertThat(again.labels()).isEqualTo(model().labels());
  }

  @Test
  void theZipOfASavedStageIsReadWithItsClassNames() throws Exception {
    Path place = folder.resolve("stage");
    model().write().overwrite().save(place.toString());
    String zip = place.resolve("data/model.zip").toString();
    assertThat(TrainedModel.open(new Stores(Map.of()), zip).classNames())
        .containsExactly(model().labels());
    assertThat(GoogLeNetModel.open(zip).labels()).isEqualTo(model().labels());
  }

  @Test
  void anEstimatorThatWasSavedHasItsParams() throws Exception {
    String place = folder.resolve("estimator").toString();
    pipeline().save(place);
    GoogLeNetClassifier loaded = (GoogLeNetClassifier) Pipeline.load(place).getStages()[1];
    assertThat(loaded.getRecipe()).containsExactly("averaging.localSteps=2", "checkpoint.lease=2s");
    assertThat(loaded.getSide()).isEqualTo(65);
    assertThat(loaded.getValidationFraction()).isEqualTo(0.2);
    assertThat(loaded.isDefined(loaded.startFrom())).isFalse();
  }

  @Tag("slow")
  @Test
  void theSameImagesInAnotherOrderAreTheSameFitWhichIsNotDoneTwice() throws Exception {
    List<String> runs = runs();
    PipelineModel again = pipeline().fit(files.orderBy(functions.desc("path")).repartition(5));
    assertThat(runs()).isEqualTo(runs);
    assertThat(sorted(again.transform(files))).isEqualTo(sorted(fitted.transform(files)));
  }

  private static GoogLeNetClassifier classifierOf(Pipeline pipeline) {
    return (GoogLeNetClassifier) pipeline.getStages()[1];
  }

  private static List<String> runs() throws Exception {
    try (Stream<Path> runs = Files.list(folder.resolve("work/runs"))) {
      return runs.map(run -> run.getFileName().toString()).sorted().toList();
    }
  }

  @Tag("slow")
  @Test
  void itsProbabilitiesAreThoseOfThePredictCommand() throws Exception {
    TrainedModel trained = TrainedModel.open(new Stores(Map.of()), run.toString());
    EngineSpec spec = EngineSpec.of(trained.configuration()).withBatch(8);
    List<Predictor.Prediction> predictions = new ArrayList<>();
    List<Row> rows = sorted(fitted.transform(files));
    new Predictor(trained, Predictor.choose(spec).spec(), 1)
        .predict(
            rows.stream()
                .map(row -> new Predictor.Image(row.getAs("path"), () -> row.getAs("content")))
                .iterator(),
            new Predictor.Answers() {
              @Override
              public void prediction(Predictor.Prediction prediction) {
                predictions.add(prediction);
              }

              @Override
              public void failure(String image, org.googlenet.common.Problem why) {
                throw why;
              }
            });
    for (int i = 0; i < rows.size(); i++) {
      Predictor.Ranked best = predictions.get(i).classes().get(0);
      assertThat(rows.get(i).<Double>getAs("prediction")).isEqualTo(best.label());
      assertThat(rows.get(i).<Vector>getAs("probability").apply(best.label()))
          .isCloseTo(best.probability(), within(1e-5));
    }
    assertThat(GoogLeNetModel.open(run.toString()).labels()).isEqualTo(model().labels());
  }

  @Tag("slow")
  @Test
  void pixelsOfTheImageSourceArePredictedAsTheirFiles() {
    GoogLeNetModel ofImages = model().copy(new ParamMap()).setInputCol("image");
    List<Row> pixels =
        ofImages.transform(Frames.images(files)).orderBy("image.origin").collectAsList();
    List<Row> bytes = sorted(fitted.transform(files));
    for (int i = 0; i < IMAGES; i++) {
      assertThat(pixels.get(i).<Vector>getAs("probability"))
          .isEqualTo(bytes.get(i).<Vector>getAs("probability"));
    }
  }

  @Test
  void featuresAreTheValuesInFrontOfTheClassifier() {
    GoogLeNetModel embedding =
        model()
            .copy(new ParamMap())
            .setOutputFeaturesCol("embedding")
            .setProbabilityCol("")
            .setRawPredictionCol("");
    Dataset<Row> rows = embedding.transform(files);
    assertThat(rows.columns())
        .containsExactly("path", "content", "kind", "number", "prediction", "embedding");
    Vector features = rows.first().getAs("embedding");
    assertThat(features.size()).isEqualTo(1024);
    assertThat(features.numNonzeros()).isPositive();
  }

  @Tag("slow")
  @Test
  void imagesThatCannotBeReadAreNamedOrLeftOutOrKept() {
    List<Row> rows = new ArrayList<>(files.limit(3).collectAsList());
    rows.add(Frames.file("none", null, 0));
    rows.add(Frames.file("cut", Images.truncated(Images.png(30, 30, 1), 0.5), 0));
    Dataset<Row> some = Frames.files(rows);
    GoogLeNetModel model = model().copy(new ParamMap());
    assertThatThrownBy(() -> model.transform(some).collectAsList())
        .rootCause()
        .hasMessageMatching(
            "file:/images/(none|cut): image is .*; mend it, or set handleInvalid to skip or keep");
    assertThat(model.setHandleInvalid("skip").transform(some).count()).isEqualTo(3);
    Dataset<Row> kept = model.setHandleInvalid("keep").transform(some);
    assertThat(kept.count()).isEqualTo(5);
    assertThat(
            kept.filter("prediction IS NULL AND probability IS NULL")
                .select("path")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("file:/images/none", "file:/images/cut");
  }

  @Tag("slow")
  @Test
  void aFitNamesABadImageOrLeavesItOut() throws Exception {
    List<Row> rows = new ArrayList<>(files.collectAsList());
    int label = rows.get(0).getInt(3);
    rows.add(Frames.file("cut", Images.truncated(Images.png(30, 30, 1), 0.5), label));
    Dataset<Row> some = Frames.files(rows);
    Pipeline pipeline = pipeline();
    assertThatThrownBy(() -> pipeline.fit(some))
        .hasMessageContaining("1 of 49 images are bad")
        .hasMessageContaining("file:/images/cut: image is damaged");
    classifierOf(pipeline).setHandleInvalid("keep");
    List<String> runs = runs();
    pipeline.fit(some);
    assertThat(runs()).isEqualTo(runs);
  }

  @Tag("slow")
  @Test
  void aColumnSaysWhichRowsValidate() throws Exception {
    Dataset<Row> marked = files.withColumn("held", functions.expr("crc32(path) % 4 = 0"));
    Pipeline pipeline = pipeline();
    classifierOf(pipeline).setValidationIndicatorCol("held").setMaxIter(1);
    PipelineModel model = pipeline.fit(marked);
    assertThat(model.transform(marked).count()).isEqualTo(IMAGES);
  }
}
