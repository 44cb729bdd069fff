package org.googlenet.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Normalisation;
import org.googlenet.data.image.Resize;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.weights.ModelMetadata;

/**
 * What an exported file says about its model beside the tensors: {@link ModelMetadata}'s keys, by
 * which {@code googlenet import} knows it again, and under {@value #PREPROCESSING} the same as
 * steps with numbers, for programs that know no recipes.
 */
final class ExportMetadata {

  /** A JSON list of what becomes of an image, step by step. */
  static final String PREPROCESSING = ModelMetadata.PREFIX + "preprocessing";

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private ExportMetadata() {}

  static SortedMap<String, String> of(TrainedModel model) {
    SortedMap<String, String> metadata = WeightSource.metadata(model);
    if (!ModelMetadata.input(metadata).isEmpty()) {
      metadata.put(PREPROCESSING, json(steps(model.decoding(), model.side())));
    }
    return metadata;
  }

  /** From an upright image in 8 bits to the network's input, outside of training. */
  private static List<Map<String, Object>> steps(Decoding decoding, int side) {
    List<Map<String, Object>> steps = new ArrayList<>();
    String interpolation = lowerCase(decoding.interpolation());
    Resize resize = decoding.resize();
    if (resize.isNone()) {
      steps.add(step("centreSquare", "ofShorterSide", decoding.augmentation().kept()));
      steps.add(step("resize", "height", side, "width", side, "interpolation", interpolation));
    } else {
      int to = resize.shorterSide(side);
      steps.add(
          resize.aspectRatio() == Resize.AspectRatio.IGNORE
              ? step("resize", "height", to, "width", to, "interpolation", interpolation)
              : step("resize", "shorterSide", to, "interpolation", interpolation));
      steps.add(step("centreCrop", "height", side, "width", side));
    }
    Normalisation normalisation = decoding.normalisation();
    steps.add(step("channels", "order", lowerCase(normalisation.channels())));
    steps.add(step("subtract", "values", byChannel(normalisation, normalisation.mean())));
    steps.add(step("divide", "values", byChannel(normalisation, normalisation.deviation())));
    return steps;
  }

  private static Map<String, Object> step(String name, Object... keysAndValues) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("step", name);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i].toString(), keysAndValues[i + 1]);
    }
    return step;
  }

  /** Values of red, green and blue in the order of the network's channels. */
  private static List<Double> byChannel(Normalisation normalisation, List<Double> byColour) {
    List<Double> values = new ArrayList<>();
    for (int channel = 0; channel < byColour.size(); channel++) {
      values.add(byColour.get(normalisation.colour(channel)));
    }
    return values;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("metadata are plain values", e);
    }
  }
}
