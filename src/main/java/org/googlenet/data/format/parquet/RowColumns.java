package org.googlenet.data.format.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;

/**
 * Which columns of a file are image, label and key, and what the file calls its classes.
 *
 * @param image its bytes
 * @param label a number or a name; empty if the file has none and none is needed
 * @param key what a record is called, if a column says so
 * @param classNames by the labels from 0; empty if the file does not name them
 */
record RowColumns(
    ParquetColumn image,
    Optional<ParquetColumn> label,
    Optional<ParquetColumn> key,
    List<String> classNames) {

  private static final JsonMapper JSON = new JsonMapper();

  /** What Hugging Face's library writes the types of columns under. */
  private static final String FEATURES = "huggingface";

  RowColumns {
    classNames = List.copyOf(classNames);
  }

  /**
   * Chooses the columns.
   *
   * @param where the shard's name, for messages
   * @param fields what the user named
   * @throws DataProblem if a column is not there, or has values of another kind
   */
  static RowColumns of(String where, ParquetFooter footer, Fields fields) {
    JsonNode features = features(footer);
    Optional<ParquetColumn> label = label(where, footer, fields, features);
    List<String> names = new ArrayList<>();
    label
        .filter(ParquetColumn::isInteger)
        .ifPresent(
            numbers ->
                features
                    .path(numbers.path())
                    .path("names")
                    .forEach(name -> names.add(name.asText())));
    Optional<ParquetColumn> key = Optional.empty();
    if (!fields.key().isEmpty() && !fields.key().equals(Fields.POSITION)) {
      key = Optional.of(named(footer, fields.key()).orElseThrow(() -> lacks(where, footer, "key")));
      requireText(where, "key", key.get());
    }
    return new RowColumns(image(where, footer, fields.image()), label, key, names);
  }

  private static ParquetColumn image(String where, ParquetFooter footer, String field) {
    Optional<ParquetColumn> found = bytesOf(footer, field.isEmpty() ? "image" : field);
    if (found.isEmpty() && field.isEmpty()) {
      found = only(footer.columns().stream().filter(c -> c.path().endsWith(".bytes")).toList());
    }
    if (found.isEmpty() && field.isEmpty()) {
      found = only(footer.columns().stream().filter(c -> c.isBinary() && !c.isText()).toList());
    }
    ParquetColumn image = found.orElseThrow(() -> lacks(where, footer, "image"));
    if (!image.isBinary()) {
      throw new DataProblem(
          "%s: column '%s' does not have one image a row, but %s; name another with --image-field"
              .formatted(where, image.path(), kind(image)));
    }
    return image;
  }

  private static Optional<ParquetColumn> label(
      String where, ParquetFooter footer, Fields fields, JsonNode features) {
    String field = fields.label();
    Optional<ParquetColumn> found = named(footer, field.isEmpty() ? "label" : field);
    if (found.isEmpty() && field.isEmpty()) {
      found =
          only(
              footer.columns().stream()
                  .filter(c -> features.path(c.path()).path("_type").asText().equals("ClassLabel"))
                  .toList());
    }
    if (found.isEmpty() && (fields.needsLabel() || !field.isEmpty())) {
      throw lacks(where, footer, "label");
    }
    found.ifPresent(label -> requireText(where, "label", label));
    return found;
  }

  private static void requireText(String where, String role, ParquetColumn column) {
    if (!column.isInteger() && !column.isBinary()) {
      throw new DataProblem(
          "%s: column '%s' does not have one number or name a row, but %s; name another with --%s-field"
              .formatted(where, column.path(), kind(column), role));
    }
  }

  private static String kind(ParquetColumn column) {
    return (column.isRepeated() ? "a list of " : "") + column.type();
  }

  private static DataProblem lacks(String where, ParquetFooter footer, String role) {
    List<String> columns = footer.columns().stream().map(ParquetColumn::path).toList();
    return new DataProblem(
        "%s: cannot tell which column is the %s (it has %s); name one with --%s-field"
            .formatted(where, role, String.join(", ", columns), role));
  }

  /** The bytes of an image: of a field, or of a group that has them and a path. */
  private static Optional<ParquetColumn> bytesOf(ParquetFooter footer, String field) {
    return named(footer, field + ".bytes").or(() -> named(footer, field));
  }

  private static Optional<ParquetColumn> named(ParquetFooter footer, String path) {
    return footer.columns().stream().filter(column -> column.path().equals(path)).findFirst();
  }

  private static Optional<ParquetColumn> only(List<ParquetColumn> columns) {
    return columns.size() == 1 ? Optional.of(columns.get(0)) : Optional.empty();
  }

  /** The types of columns as Hugging Face's library notes them; empty if it did not. */
  private static JsonNode features(ParquetFooter footer) {
    try {
      return JSON.readTree(footer.words().getOrDefault(FEATURES, "{}"))
          .path("info")
          .path("features");
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }
}
