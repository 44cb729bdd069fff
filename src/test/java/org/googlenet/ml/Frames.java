package org.googlenet.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.googlenet.LocalSpark;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;

/** DataFrames of real images, as Spark's two sources of images give them. */
final class Frames {

  /** As Spark's binaryFile gives them, with a name of the class and its number. */
  static final StructType FILES =
      new StructType(
          new StructField[] {
            DataTypes.createStructField("path", DataTypes.StringType, true),
            DataTypes.createStructField("content", DataTypes.BinaryType, true),
            DataTypes.createStructField("kind", DataTypes.StringType, false),
            DataTypes.createStructField("number", DataTypes.IntegerType, false)
          });

  private Frames() {}

  /** The session of the tests' Spark. */
  static SparkSession session() {
    LocalSpark.context();
    return SparkSession.builder().getOrCreate();
  }

  /** Training images of the sample. */
  static Dataset<Row> files(int count) {
    List<Row> rows = new ArrayList<>();
    for (Record record : SampleRecords.train(count)) {
      rows.add(file(record.key(), record.image(), record.label()));
    }
    return files(rows);
  }

  static Dataset<Row> files(List<Row> rows) {
    return session().createDataFrame(rows, FILES).repartition(2);
  }

  static Row file(String key, byte[] image, int label) {
    return RowFactory.create("file:/images/" + key, image, "kind " + label, label);
  }

  /** The same images as Spark's image source gives them: their pixels. */
  static Dataset<Row> images(Dataset<Row> files) {
    List<Row> rows = new ArrayList<>();
    for (Row row : files.collectAsList()) {
      rows.add(RowFactory.create(image(row.getString(0), row.getAs("content")), row.getInt(3)));
    }
    StructType schema =
        ImageSchema.imageSchema()
            .add(DataTypes.createStructField("label", DataTypes.IntegerType, false));
    return session().createDataFrame(rows, schema);
  }

  private static Row image(String origin, byte[] file) {
    try (PointerScope scope = new PointerScope()) {
      Mat pixels =
          opencv_imgcodecs.imdecode(
              new Mat(new BytePointer(file)), opencv_imgcodecs.IMREAD_UNCHANGED);
      byte[] bytes = new byte[(int) (pixels.total() * pixels.elemSize())];
      pixels.data().get(bytes, 0, bytes.length);
      return RowFactory.create(
          origin, pixels.rows(), pixels.cols(), pixels.channels(), pixels.type(), bytes);
    }
  }
}
