package org.googlenet.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.googlenet.data.image.RawPixels;
import org.googlenet.data.image.UnreadableImage;

/** Reads images from a column: the bytes of files, or the pixels of Spark's image source. */
final class ImageColumn {

  /** The name that Spark's source of files gives to where a file lies. */
  private static final String PATH = "path";

  /** The fields of {@link ImageSchema#columnSchema} that say what an image is. */
  private static final List<String> FIELDS =
      List.of("height", "width", "nChannels", "mode", "data");

  /** OpenCV's numbers for grey, three and four channels of 8 bits, as Spark's source gives them. */
  private static final List<Integer> MODES_OF_8_BITS = List.of(0, 16, 24);

  private ImageColumn() {}

  /**
   * Checks that a column can hold images.
   *
   * @throws StageProblem if there is no such column, or it is of another type
   */
  static void require(StructType schema, String column) {
    DataType type = Columns.field(schema, column).dataType();
    boolean isStruct =
        type instanceof StructType struct && Arrays.asList(struct.fieldNames()).containsAll(FIELDS);
    if (!isStruct && !(type instanceof BinaryType)) {
      throw new StageProblem(
          "column '%s': is of type %s; set inputCol to a column of Spark's image source, or a binary one with the bytes of image files ('content' of binaryFile)"
              .formatted(column, type.simpleString()));
    }
  }

  /**
   * The bytes of an image's file.
   *
   * @param value of the column
   * @throws UnreadableImage if there is none
   */
  static byte[] bytes(Object value) throws UnreadableImage {
    if (value == null) {
      throw new UnreadableImage("is null");
    }
    return value instanceof Row image ? ofStruct(image) : (byte[]) value;
  }

  private static byte[] ofStruct(Row image) throws UnreadableImage {
    int mode = image.<Integer>getAs("mode");
    if (!MODES_OF_8_BITS.contains(mode)) {
      throw new UnreadableImage(
          mode == (int) ImageSchema.javaOcvTypes().get(ImageSchema.undefinedImageType())
              ? "was not decoded by Spark's image source"
              : "is of OpenCV's type " + mode + ", and not of 8 bits (0, 16 or 24)");
    }
    return RawPixels.file(
        image.getAs("data"),
        image.<Integer>getAs("width"),
        image.<Integer>getAs("height"),
        image.<Integer>getAs("nChannels"));
  }

  /** The position of a column that says where a file lies; -1 if there is none. */
  static int path(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    int path = names.indexOf(PATH);
    boolean isText = path >= 0 && schema.fields()[path].dataType().equals(DataTypes.StringType);
    return isText ? path : -1;
  }

  /** The name of a row's image for messages; null if the row has none. */
  static String name(Object value, String path) {
    if (path != null) {
      return path;
    }
    boolean hasOrigin =
        value instanceof Row image && Arrays.asList(image.schema().fieldNames()).contains("origin");
    return hasOrigin ? ((Row) value).getAs("origin") : null;
  }
}
