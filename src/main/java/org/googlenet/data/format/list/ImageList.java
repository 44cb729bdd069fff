package org.googlenet.data.format.list;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.FileKey;

/**
 * A list of images as people write it: CSV with or without a header, with commas or tabs, or JSON
 * lines. Each line has an image's path or URI, its label by number or name, and maybe a key.
 */
public final class ImageList {

  /** How far the first line is looked at to tell what it is. */
  private static final int START = 1 << 16;

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char NOT_UTF_8 = '\uFFFD';
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> IMAGE =
      List.of("image", "path", "uri", "url", "file", "filename", "file_name", "filepath");
  private static final List<String> LABEL = List.of("label", "class", "class_name", "category");
  private static final List<String> KEY = List.of("key", "id");

  private final String where;
  private final Fields fields;
  private final Visitor visitor;

  private ImageList(String where, Fields fields, Visitor visitor) {
    this.where = where;
    this.fields = fields;
    this.visitor = visitor;
  }

  /** Is told what a list has. */
  public interface Visitor {

    /**
     * An image of the list.
     *
     * @param line in which it is named, from 1
     * @param image its path or URI, as it is written
     * @param label a number or a name; empty if there is none and none is needed
     * @param key the one that the list gives, or else one made of the image's name; without dots
     */
    void image(int line, String image, String label, String key) throws IOException;

    /**
     * A line that does not name an image and its label.
     *
     * @param reason what is wrong
     */
    void bad(int line, String reason) throws IOException;

    /**
     * A line that is not about an image.
     *
     * @param kind in the plural: {@code comment lines}
     */
    void passedOver(int line, String kind) throws IOException;
  }

  /**
   * Reads a list.
   *
   * @param where its name, for messages
   * @param fields the columns or members of image, label and key; each empty for the usual names
   * @throws DataProblem if it does not have a column that {@code fields} names
   */
  public static void read(InputStream in, String where, Fields fields, Visitor visitor)
      throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), START);
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    reader.mark(START);
    char[] start = new char[START - 1];
    int length = Math.max(0, reader.read(start, 0, start.length));
    reader.reset();
    String first = new String(start, 0, length).lines().findFirst().orElse("");
    ImageList list = new ImageList(where, fields, visitor);
    if (first.stripLeading().startsWith("{")) {
      list.json(reader);
    } else {
      boolean hasTabs = first.indexOf('\t') >= 0 && first.indexOf(',') < 0;
      list.csv(new CsvReader(reader, hasTabs ? '\t' : ','));
    }
  }

  private void json(BufferedReader in) throws IOException {
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        visitor.passedOver(number, "blank lines");
        continue;
      }
      JsonNode row;
      try {
        row = JSON.readTree(line);
      } catch (JsonProcessingException e) {
        visitor.bad(number, "is not JSON");
        continue;
      }
      image(
          number,
          member(row, fields.image(), IMAGE),
          member(row, fields.label(), LABEL),
          member(row, fields.key(), KEY));
    }
  }

  /** A member of a JSON object as text; null if it has none. */
  private static String member(JsonNode row, String name, List<String> usual) {
    for (String each : name.isEmpty() ? usual : List.of(name)) {
      JsonNode value = row.path(each);
      if (value.isTextual() || value.isIntegralNumber()) {
        return value.asText();
      }
    }
    return null;
  }

  private void csv(CsvReader in) throws IOException {
    Columns columns = null;
    while (true) {
      List<String> row;
      try {
        row = in.row();
      } catch (IllegalArgumentException e) {
        visitor.bad(in.line(), e.getMessage());
        continue;
      }
      if (row == null) {
        return;
      }
      if (row.size() == 1 && row.get(0).isBlank()) {
        visitor.passedOver(in.line(), "blank lines");
      } else if (row.get(0).startsWith("#")) {
        visitor.passedOver(in.line(), "comment lines");
      } else if (columns == null) {
        columns = columns(row);
        if (!columns.isHeader()) {
          image(in.line(), row, columns);
        }
      } else {
        image(in.line(), row, columns);
      }
    }
  }

  /** The positions of image, label and key; -1 for none. */
  private record Columns(boolean isHeader, int image, int label, int key) {}

  private Columns columns(List<String> first) {
    int image = position(first, fields.image(), IMAGE);
    int label = position(first, fields.label(), LABEL);
    if (image >= 0 && (label >= 0 || fields.mayLackLabelField())) {
      return new Columns(true, image, label, position(first, fields.key(), KEY));
    }
    if (!(fields.image() + fields.label() + fields.key()).isEmpty()) {
      throw new DataProblem(
          "%s: its first line (%s) does not have the columns of image and label; name them with --image-field and --label-field"
              .formatted(where, String.join(", ", first)));
    }
    return new Columns(false, 0, 1, 2);
  }

  private static int position(List<String> header, String name, List<String> usual) {
    for (int i = 0; i < header.size(); i++) {
      String field = header.get(i).strip();
      boolean is =
          name.isEmpty() ? usual.contains(field.toLowerCase(Locale.ROOT)) : field.equals(name);
      if (is) {
        return i;
      }
    }
    return -1;
  }

  private void image(int line, List<String> row, Columns columns) throws IOException {
    image(line, at(row, columns.image()), at(row, columns.label()), at(row, columns.key()));
  }

  private static String at(List<String> row, int position) {
    return position >= 0 && position < row.size() ? row.get(position).strip() : null;
  }

  private void image(int line, String image, String label, String key) throws IOException {
    String all = image + label + key;
    if (all.indexOf(NOT_UTF_8) >= 0) {
      visitor.bad(line, "is not in UTF-8");
    } else if (all.chars().anyMatch(Character::isISOControl)) {
      visitor.bad(line, "has a line break or another control character in a field");
    } else if (image == null || image.isEmpty()) {
      visitor.bad(line, "names no image (a path or URI, by comma from its label)");
    } else if (label == null
        ? !fields.mayLackLabelField()
        : fields.needsLabel() && label.isEmpty()) {
      visitor.bad(line, "has no label for image '" + image + "'");
    } else {
      boolean hasKey = key != null && !key.isEmpty();
      visitor.image(
          line,
          image,
          label == null ? "" : label,
          hasKey ? FileKey.whole(key) : FileKey.of(withoutPlace(image)));
    }
  }

  /** A path or URI without scheme and leading slashes. */
  private static String withoutPlace(String image) {
    return image.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]+:/", "").replaceFirst("^(\\.?/)+", "");
  }
}
