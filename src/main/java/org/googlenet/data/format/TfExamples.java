package org.googlenet.data.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Makes records of {@code tf.train.Example}s by the names that their features have. */
final class TfExamples {

  private static final List<String> IMAGES = List.of("image/encoded", "image");
  private static final List<String> LABELS = List.of("image/class/label", "label");

  /** Names of files, which are keys without their extensions. */
  private static final List<String> KEYS = List.of("image/filename", "file_name");

  private static final List<String> NAMES = List.of("image/class/synset", "image/class/text");

  private final String shard;
  private final Fields fields;
  private final ScanVisitor visitor;

  /**
   * For the Examples of a shard.
   *
   * @param shard its name
   */
  TfExamples(String shard, Fields fields, ScanVisitor visitor) {
    this.shard = shard;
    this.fields = fields;
    this.visitor = visitor;
  }

  /**
   * Tells of an Example.
   *
   * @param position in the shard, from 0
   * @param place where the Example begins in the shard's content
   */
  void tell(int position, byte[] example, long place) {
    try {
      Map<String, TfFeature> features = TfFeature.of(example);
      TfFeature image = first(features, fields.image(), IMAGES, "image", "--image-field");
      TfFeature.Part bytes = image.bytes("image");
      String text = label(features);
      visitor.record(
          new StoredRecord(
              key(position, features), Arrays.copyOfRange(example, bytes.from(), bytes.to()), text),
          place + bytes.from());
    } catch (IllegalArgumentException e) {
      visitor.bad("record " + position, e.getMessage());
    } catch (IOException e) {
      visitor.bad("record " + position, "is not a tf.train.Example; copy the shard again");
    }
  }

  private String label(Map<String, TfFeature> features) throws IOException {
    try {
      TfFeature label = first(features, fields.label(), LABELS, "label", "--label-field");
      String text = LabelText.of(label.text("label"));
      nameClass(label, text, features);
      return text;
    } catch (IllegalArgumentException e) {
      if (fields.mayLackLabelField()) {
        return "";
      }
      throw e;
    }
  }

  private static TfFeature first(
      Map<String, TfFeature> features,
      String chosen,
      List<String> usual,
      String what,
      String option) {
    List<String> names = chosen.isEmpty() ? usual : List.of(chosen);
    return names.stream()
        .filter(features::containsKey)
        .findFirst()
        .map(features::get)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "has no %s (%s); name its feature by %s: it has %s"
                        .formatted(
                            what,
                            String.join(", ", names),
                            option,
                            String.join(", ", features.keySet().stream().limit(20).toList()))));
  }

  /** Where the label is a number, an Example may have its class's name, too. */
  private void nameClass(TfFeature label, String number, Map<String, TfFeature> features)
      throws IOException {
    for (String each : NAMES) {
      String name = label.isNumber() ? textOf(features.get(each)) : "";
      if (!name.isEmpty()) {
        visitor.className(number, name);
        return;
      }
    }
  }

  /** A feature's text; empty if there is none. */
  private static String textOf(TfFeature feature) throws IOException {
    return feature == null || !feature.hasText() ? "" : feature.text("text").strip();
  }

  private String key(int position, Map<String, TfFeature> features) throws IOException {
    if (!fields.hasPositionAsKey()) {
      List<String> names = fields.key().isEmpty() ? KEYS : List.of(fields.key());
      for (String name : names) {
        String text = textOf(features.get(name));
        String key = KEYS.contains(name) ? FileKey.of(text) : FileKey.whole(text);
        if (!key.isEmpty()) {
          return key;
        }
      }
      if (!fields.key().isEmpty()) {
        throw new IllegalArgumentException(
            "has no '%s' for its key; name another feature by --key-field".formatted(fields.key()));
      }
    }
    return Fields.positionKey(shard, position);
  }
}
