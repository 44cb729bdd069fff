package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/** Keys with values as MLflow takes them: a list of objects, within its limits. */
final class Tags {

  /** The most characters of a parameter's value, and more than a tag's key may have. */
  static final int LONGEST = 6000;

  static final int LONGEST_KEY = 250;

  private Tags() {}

  static ArrayNode of(Map<String, String> values) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    values.forEach(
        (key, value) -> list.addObject().put("key", key(key)).put("value", cut(value, LONGEST)));
    return list;
  }

  /** MLflow refuses other characters. */
  static String key(String name) {
    return cut(name.replaceAll("[^A-Za-z0-9_./ -]", "_"), LONGEST_KEY);
  }

  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
