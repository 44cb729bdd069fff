package org.googlenet.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Reads a network's JSON, but first looks up every class that it names on an allow-list: DL4J would
 * instantiate any class named there.
 */
final class ConfigurationJson {

  /** The properties that hold class names in DL4J's and ND4J's JSON. */
  private static final Set<String> CLASS_PROPERTIES = Set.of("@class", "type");

  /** Packages of plain configuration objects. */
  private static final List<String> ALLOWED =
      List.of(
          "org.deeplearning4j.nn.conf.",
          "org.deeplearning4j.nn.weights.",
          "org.nd4j.linalg.activations.impl.",
          "org.nd4j.linalg.learning.config.",
          "org.nd4j.linalg.learning.regularization.",
          "org.nd4j.linalg.lossfunctions.impl.",
          "org.nd4j.linalg.schedule.",
          "org.googlenet.model.");

  private static final Pattern CLASS_NAME = Pattern.compile("[\\w.$]+");
  private static final int DEEPEST = 64;

  private ConfigurationJson() {}

  /**
   * @throws ModelProblem if the JSON is malformed, is not a graph's configuration, or names a class
   *     that is not allowed
   */
  static ComputationGraphConfiguration parse(byte[] json, String source) {
    String where = source + ": configuration.json";
    checkClasses(json, where);
    ComputationGraphConfiguration configuration = instantiate(json, where);
    if (configuration.getVertices() == null || configuration.getNetworkInputs() == null) {
      throw new ModelProblem(where + ": not the configuration of a DL4J ComputationGraph");
    }
    return configuration;
  }

  private static ComputationGraphConfiguration instantiate(byte[] json, String where) {
    try {
      return ComputationGraphConfiguration.fromJson(new String(json, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw new ModelProblem(where + ": not the configuration of a DL4J ComputationGraph", e);
    }
  }

  private static void checkClasses(byte[] json, String where) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new ModelProblem(where + ": nested deeper than " + DEEPEST);
        }
        if (token.isScalarValue() && namesClass(parser.getCurrentName())) {
          checkClass(parser.getText(), where);
        }
      }
    } catch (IOException e) {
      throw new ModelProblem(where + ": not JSON", e);
    }
  }

  private static boolean namesClass(String propertyOrNull) {
    return propertyOrNull != null && CLASS_PROPERTIES.contains(propertyOrNull);
  }

  private static void checkClass(String name, String where) {
    boolean allowed = ALLOWED.stream().anyMatch(name::startsWith);
    if (!allowed || !CLASS_NAME.matcher(name).matches()) {
      throw new ModelProblem(
          where + ": class " + name + " is not one that a network's configuration may name");
    }
  }
}
