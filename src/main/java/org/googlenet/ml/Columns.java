package org.googlenet.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** Checks the columns that a stage reads, and describes those that it adds. */
final class Columns {

  private Columns() {}

  /**
   * A column of a schema.
   *
   * @throws StageProblem if there is none of this name
   */
  static StructField field(StructType schema, String column) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(column))
        .findFirst()
        .orElseThrow(
            () ->
                new StageProblem(
                    "column '%s': is not there; there are %s"
                        .formatted(column, String.join(", ", schema.fieldNames()))));
  }

  /** A column of rows by its whole name, whose dots do not mean fields. */
  static Column column(Dataset<?> rows, String name) {
    return rows.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * Checks that a column has numbers.
   *
   * @throws StageProblem if it has not
   */
  static void requireNumbers(StructType schema, String column) {
    DataType type = field(schema, column).dataType();
    if (!(type instanceof NumericType)) {
      throw new StageProblem(
          "column '%s': is of type %s; make numbers from 0 of it by a StringIndexer"
              .formatted(column, type.simpleString()));
    }
  }

  /**
   * Checks that a column has truth values.
   *
   * @throws StageProblem if it has not
   */
  static void requireBooleans(StructType schema, String column) {
    DataType type = field(schema, column).dataType();
    if (!type.equals(DataTypes.BooleanType)) {
      throw new StageProblem(
          "column '%s': is of type %s; set validationIndicatorCol to a boolean one"
              .formatted(column, type.simpleString()));
    }
  }

  /** The names of the classes that a column of labels knows; empty if it knows none. */
  static List<String> classNames(StructField labels) {
    if (Attribute.fromStructField(labels) instanceof NominalAttribute nominal) {
      Option<String[]> values = nominal.values();
      return values.isDefined() ? List.of(values.get()) : List.of();
    }
    return List.of();
  }

  /**
   * The schema with the columns that a model adds.
   *
   * @param classNames the model's; empty if they are not known yet
   * @throws StageProblem if it has one of them already
   */
  static StructType withPredictions(
      StructType schema, ImageParams params, List<String> classNames) {
    List<StructField> fields = new ArrayList<>(List.of(schema.fields()));
    for (Param<String> param :
        List.of(
            params.rawPredictionCol(),
            params.probabilityCol(),
            params.predictionCol(),
            params.outputFeaturesCol())) {
      String name = params.getOrDefault(param);
      if (!name.isEmpty()) {
        requireNew(fields, name, param);
        fields.add(
            param.equals(params.predictionCol())
                ? prediction(name, classNames)
                : vector(name, param.equals(params.outputFeaturesCol()) ? 0 : classNames.size()));
      }
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  /** Without regard to case, as Spark's own lookup of columns is. */
  private static void requireNew(List<StructField> fields, String name, Param<String> param) {
    if (fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name))) {
      throw new StageProblem(
          "column '%s': is there already; drop it, or set %s to another name"
              .formatted(name, param.name()));
    }
  }

  private static StructField vector(String name, int size) {
    Metadata metadata = size == 0 ? Metadata.empty() : new AttributeGroup(name, size).toMetadata();
    return new StructField(name, SQLDataTypes.VectorType(), true, metadata);
  }

  /** Its names let an IndexToString do without labels. */
  private static StructField prediction(String name, List<String> classNames) {
    Metadata metadata =
        classNames.isEmpty()
            ? Metadata.empty()
            : NominalAttribute.defaultAttr()
                .withName(name)
                .withValues(classNames.toArray(String[]::new))
                .toMetadata();
    return new StructField(name, DataTypes.DoubleType, true, metadata);
  }
}
