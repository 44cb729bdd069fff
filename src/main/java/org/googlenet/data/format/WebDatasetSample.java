package org.googlenet.data.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The entries of one key of a WebDataset tar, as far as they are image or label. */
final class WebDatasetSample {

  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "ppm", "pgm",
          "pbm", "jp2", "avif", "heic", "heif");

  private static final String JSON_FIELD = "json";
  private static final String LABEL = "label";
  private static final JsonMapper JSON = new JsonMapper();

  private final String key;
  private final Fields fields;
  private final List<String> imageFields = new ArrayList<>();
  private final Map<String, byte[]> labels = new HashMap<>();
  private byte[] image;
  private long place;
  private boolean spoilt;

  WebDatasetSample(String key, Fields fields) {
    this.key = key;
    this.fields = fields;
  }

  String key() {
    return key;
  }

  boolean isImage(String field) {
    return fields.image().isEmpty()
        ? IMAGES.contains(field.substring(field.lastIndexOf('.') + 1))
        : fields.image().equalsIgnoreCase(field);
  }

  /** Whether the label may be in a field. */
  boolean isLabel(String field) {
    return field.equals(JSON_FIELD) || labelFields().contains(field);
  }

  /** The fields that hold a label as text, the first that is there counts. */
  private List<String> labelFields() {
    return fields.label().isEmpty()
        ? List.of("cls", "cls.txt", "txt")
        : List.of(fields.label().toLowerCase(Locale.ROOT));
  }

  void image(String field, byte[] bytes, long at) {
    imageFields.add(field);
    image = bytes;
    place = at;
  }

  void label(String field, byte[] bytes) {
    labels.put(field, bytes);
  }

  /** One of the entries is bad and has been told: no more needs to be said of this record. */
  void spoil() {
    spoilt = true;
  }

  /** Whether this is a record, good or bad, and not only files beside records. */
  boolean isOne() {
    return spoilt || image != null || !labels.isEmpty();
  }

  /** Whether there is an image and a label. */
  boolean isGood() {
    try {
      requireOneImage();
      return !spoilt && (fields.mayLackLabelField() || !label().isEmpty());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Tells of the record.
   *
   * @param otherKey in place of its own; null for its own
   */
  void tell(String otherKey, ScanVisitor visitor) {
    if (spoilt || !isOne()) {
      return;
    }
    String what = "record " + key;
    try {
      requireOneImage();
      visitor.record(
          new StoredRecord(otherKey == null ? key : otherKey, image, labelIfNeeded()), place);
    } catch (IllegalArgumentException e) {
      visitor.bad(what, e.getMessage());
    }
  }

  private void requireOneImage() {
    if (imageFields.isEmpty()) {
      throw new IllegalArgumentException(
          "has no image beside its %s; the entries of a key must be neighbours (tar --sort=name), and --image-field names an image that is not known by its extension"
              .formatted(String.join(", ", labels.keySet().stream().sorted().toList())));
    }
    if (imageFields.size() > 1) {
      throw new IllegalArgumentException(
          imageFields.stream().distinct().count() < imageFields.size()
              ? "two images of one key (%s); remove one, or give each its own key"
                  .formatted(String.join(", ", imageFields))
              : "two images of one key (%s); choose one with --image-field"
                  .formatted(String.join(", ", imageFields)));
    }
  }

  private String labelIfNeeded() {
    try {
      return label();
    } catch (IllegalArgumentException e) {
      if (fields.mayLackLabelField()) {
        return "";
      }
      throw e;
    }
  }

  private String label() {
    for (String field : labelFields()) {
      if (labels.containsKey(field) && !field.equals("txt")) {
        return text(field);
      }
    }
    String inJson = inJson();
    if (inJson != null) {
      return inJson;
    }
    if (labelFields().contains("txt") && labels.containsKey("txt")) {
      return text("txt");
    }
    throw new IllegalArgumentException(
        "has no label (%s, or '%s' in json); the entries of a key must be neighbours (tar --sort=name), and --label-field names another field"
            .formatted(String.join(", ", labelFields()), jsonField()));
  }

  private String text(String field) {
    return LabelText.of(new String(labels.get(field), StandardCharsets.UTF_8));
  }

  private String jsonField() {
    return fields.label().isEmpty() ? LABEL : fields.label();
  }

  /** The label in the record's JSON; null if there is none. */
  private String inJson() {
    byte[] bytes = labels.get(JSON_FIELD);
    if (bytes == null) {
      return null;
    }
    JsonNode value;
    try {
      value = JSON.readTree(bytes).path(jsonField());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its json is not JSON; mend it", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("its json is not text; mend it", e);
    }
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (value.isContainerNode()) {
      throw new IllegalArgumentException(
          "'%s' in its json is neither a number nor a name; name another field by --label-field"
              .formatted(jsonField()));
    }
    return LabelText.of(value.asText());
  }
}
