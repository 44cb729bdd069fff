package org.googlenet.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.UnreadableImage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an estimator refuses before it trains, and what it says of the columns that it adds. */
class StageSchemaTest {

  private static GoogLeNetClassifier classifier() {
    return new GoogLeNetClassifier().setInputCol("content").setLabelCol("number");
  }

  private static void assertRefused(GoogLeNetClassifier stage, StructType schema, String message) {
    assertThatThrownBy(() -> stage.transformSchema(schema))
        .isInstanceOf(StageProblem.class)
        .hasMessageContaining(message);
  }

  @Test
  void aColumnThatIsNotThereOrOfAnotherTypeIsNamed() {
    assertRefused(
        classifier().setInputCol("image"),
        Frames.FILES,
        "column 'image': is not there; there are path, content, kind, number");
    assertRefused(
        classifier().setInputCol("path"), Frames.FILES, "column 'path': is of type string");
    assertRefused(
        classifier().setLabelCol("kind"),
        Frames.FILES,
        "make numbers from 0 of it by a StringIndexer");
    assertRefused(
        classifier().setValidationIndicatorCol("kind"),
        Frames.FILES,
        "set validationIndicatorCol to a boolean one");
    assertRefused(
        classifier().setPredictionCol("kind"),
        Frames.FILES,
        "column 'kind': is there already; drop it, or set predictionCol to another name");
  }

  @Test
  void pixelsOfTheImageSourceAreImages() {
    StructType schema =
        ImageSchema.imageSchema()
            .add(DataTypes.createStructField("label", DataTypes.DoubleType, false));
    assertThat(new GoogLeNetClassifier().transformSchema(schema).fieldNames())
        .containsExactly("image", "label", "rawPrediction", "probability", "prediction");
  }

  @Test
  void thePredictionsSayWhichClassesTheyNumber() {
    StructField labels =
        NominalAttribute.defaultAttr()
            .withName("index")
            .withValues(new String[] {"cat", "dog"})
            .toStructField();
    StructType schema = classifier().setLabelCol("index").transformSchema(Frames.FILES.add(labels));
    Attribute prediction = Attribute.fromStructField(schema.apply("prediction"));
    assertThat(((NominalAttribute) prediction).values().get()).containsExactly("cat", "dog");
  }

  @Test
  void aFolderForTheWorkIsAskedFor() {
    Dataset<Row> files = Frames.files(2);
    assertThatThrownBy(() -> classifier().fit(files))
        .isInstanceOf(StageProblem.class)
        .hasMessageContaining("workDir: is not set");
  }

  @Tag("slow")
  @Test
  void aLabelThatIsNoClassEndsTheFit(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
    Dataset<Row> halves = Frames.files(4).withColumn("number", functions.expr("number + 0.5"));
    assertThatThrownBy(() -> classifier().setWorkDir(folder.toString()).fit(halves))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("is not a whole number");
    assertThatThrownBy(() -> Labels.of(Double.NaN, 3)).isInstanceOf(DataProblem.class);
    assertThatThrownBy(() -> Labels.of(-1, 3)).isInstanceOf(DataProblem.class);
    assertThatThrownBy(() -> Labels.of(3, 3)).hasMessageContaining("from 0 to 2");
    assertThat(Labels.of(2, 3)).isEqualTo(2);
  }

  @Test
  void pixelsThatAreNotOfEightBitsAreRefused() {
    StructType fields = (StructType) ImageSchema.imageSchema().apply("image").dataType();
    assertThatThrownBy(() -> ImageColumn.bytes(struct(fields, 5, new byte[4])))
        .isInstanceOf(UnreadableImage.class)
        .hasMessageContaining("OpenCV's type 5");
    assertThatThrownBy(() -> ImageColumn.bytes(struct(fields, -1, new byte[0])))
        .hasMessageContaining("was not decoded by Spark's image source");
    assertThatThrownBy(() -> ImageColumn.bytes(null)).hasMessage("is null");
  }

  private static Row struct(StructType fields, int mode, byte[] data) {
    return new org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema(
        new Object[] {"a.png", 1, 1, 1, mode, data}, fields);
  }

  @Test
  void aColumnThatDiffersInItsCaseIsThereAlready() {
    assertRefused(
        classifier().setPredictionCol("Kind"),
        Frames.FILES,
        "column 'Kind': is there already; drop it, or set predictionCol to another name");
  }

  @Tag("slow")
  @Test
  void namesOfColumnsMayHaveDots(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
    Dataset<Row> files = Frames.files(8);
    int lowest = files.agg(functions.min("number")).first().getInt(0);
    Dataset<Row> dotted =
        files
            .withColumnRenamed("content", "my.content")
            .withColumn("my.number", functions.expr("nullif(number, " + lowest + ")"))
            .withColumn("my.held", functions.lit(false));
    GoogLeNetClassifier stage =
        new GoogLeNetClassifier()
            .setInputCol("my.content")
            .setLabelCol("my.number")
            .setValidationIndicatorCol("my.held")
            .setWorkDir(folder.toString());
    // All columns are found: what is wrong is a row.
    assertThatThrownBy(() -> stage.fit(dotted))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("a label is null");
  }
}
