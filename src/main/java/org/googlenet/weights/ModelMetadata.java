package org.googlenet.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.model.Variant;

/**
 * What a file of weights says about its model in texts beside the tensors, as safetensors and ONNX
 * have them: keys of the recipe and their values, each with {@value #PREFIX} in front.
 *
 * <p>{@code googlenet.model.variant} and {@code googlenet.model.side} are of the network, {@code
 * googlenet.input.mean} and the like say, all together or not at all, how images become its input,
 * and {@value #CLASS_NAMES} is a JSON list in the order of the labels.
 */
public final class ModelMetadata {

  /** What stands in front of a recipe's key. */
  public static final String PREFIX = "googlenet.";

  /** The names of the classes, a JSON list. */
  public static final String CLASS_NAMES = PREFIX + "classNames";

  /** The names of 100,000 classes are some MB. */
  private static final int LONGEST_CLASS_NAMES = 1 << 24;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static final String VARIANT = PREFIX + "model.variant";
  private static final String SIDE = PREFIX + "model.side";
  private static final String INPUT = PREFIX + "input.";

  private ModelMetadata() {}

  static Map<String, String> ofVariant(Variant variant) {
    return Map.of(VARIANT, variant.name().toLowerCase(Locale.ROOT));
  }

  static Map<String, String> ofSide(long side) {
    return Map.of(SIDE, Long.toString(side));
  }

  /** Whether a key is one that only this program writes. */
  static boolean isOurs(String key) {
    return key.startsWith(PREFIX);
  }

  /** The metadata of a model with these keys of a recipe. */
  public static SortedMap<String, String> of(Map<String, String> identity) {
    SortedMap<String, String> metadata = new TreeMap<>();
    identity.forEach(
        (key, value) -> {
          String name = PREFIX + key;
          if (name.equals(VARIANT) || name.equals(SIDE) || name.startsWith(INPUT)) {
            metadata.put(name, value);
          }
        });
    return metadata;
  }

  /** Names of classes as the value of {@value #CLASS_NAMES}. */
  public static String text(List<String> classNames) {
    try {
      return JSON.writeValueAsString(classNames);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written", e);
    }
  }

  /**
   * The names of the classes, as the file has them; empty if it has none.
   *
   * @throws WeightsProblem if the value is no list of texts, or too long for one
   */
  public static List<String> classNames(Map<String, String> metadata, String source) {
    String json = metadata.get(CLASS_NAMES);
    if (json == null) {
      return List.of();
    }
    try {
      if (json.length() <= LONGEST_CLASS_NAMES) {
        return List.of(JSON.readValue(json, String[].class));
      }
    } catch (JsonProcessingException | NullPointerException e) {
      throw noList(source, e);
    }
    throw noList(source, null);
  }

  private static WeightsProblem noList(String source, Exception cause) {
    return new WeightsProblem(
        "%s: its %s is no list of names; give --class-names or --classes"
            .formatted(source, CLASS_NAMES),
        cause);
  }

  /** The keys {@code input.*} of a recipe, with their values; none if the file does not say. */
  public static SortedMap<String, String> input(Map<String, String> metadata) {
    SortedMap<String, String> input = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(INPUT)) {
            input.put(name.substring(PREFIX.length()), value);
          }
        });
    return input;
  }

  /**
   * The variant that a file says it is of.
   *
   * @throws WeightsProblem if there is none of this name
   */
  static Optional<Variant> variant(Map<String, String> metadata, String source) {
    return Optional.ofNullable(metadata.get(VARIANT))
        .map(
            name -> {
              for (Variant variant : Variant.values()) {
                if (variant.name().equalsIgnoreCase(name)) {
                  return variant;
                }
              }
              throw new WeightsProblem(
                  "%s: %s: %s is no variant of this program; give --variant"
                      .formatted(source, VARIANT, name));
            });
  }

  /**
   * The side that a file says its network has.
   *
   * @throws WeightsProblem if it is no number of at most nine digits
   */
  static Optional<Integer> side(Map<String, String> metadata, String source) {
    Optional<String> side = Optional.ofNullable(metadata.get(SIDE));
    if (side.isPresent() && !side.get().matches("[0-9]{1,9}")) {
      throw new WeightsProblem(
          "%s: %s: %s is no side; give --side".formatted(source, SIDE, side.get()));
    }
    return side.map(Integer::valueOf);
  }
}
