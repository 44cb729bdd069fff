package org.googlenet.recipe;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Command-line settings, {@code key=value} with the value in YAML, laid over a recipe's tree in
 * order.
 *
 * <p>Setting one of {@code training.epochs} and {@code training.rounds} takes the other away,
 * unless that is set too.
 */
final class Overrides {

  private static final String EPOCHS = "training.epochs";
  private static final String ROUNDS = "training.rounds";

  private final Problems problems;
  private final Set<String> keys = new HashSet<>();
  private Node root;

  private Overrides(Node root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  /** The tree with all settings; what cannot be read is noted. */
  static Node apply(Node root, List<String> settings, Problems problems) {
    Overrides overrides = new Overrides(root, problems);
    settings.forEach(overrides::apply);
    return overrides.root;
  }

  private void apply(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      problems.note("--set " + setting + ": must be key=value, as in training.batch=64");
      return;
    }
    String key = setting.substring(0, equals).strip();
    try {
      put(key, YamlTree.read(setting.substring(equals + 1)));
    } catch (YamlTree.Malformed e) {
      problems.note("--set " + setting.replaceAll("\\s+", " ") + ": " + e.getMessage());
    }
  }

  private void put(String key, Node value) {
    keys.add(key);
    root = with(root, "", List.of(key.split("\\.", -1)), value);
    takeAway(key, EPOCHS, ROUNDS);
    takeAway(key, ROUNDS, EPOCHS);
  }

  private void takeAway(String key, String given, String other) {
    if (key.equals(given) && !keys.contains(other)) {
      root = with(root, "", List.of(other.split("\\.")), new Node.Scalar("", Node.Kind.NOTHING));
    }
  }

  private static Node with(Node node, String path, List<String> key, Node value) {
    if (key.isEmpty()) {
      return value;
    }
    Map<String, Node> fields = new LinkedHashMap<>(fieldsOf(node, path));
    String name = key.get(0);
    Node inner = fields.getOrDefault(name, new Node.Fields(Map.of()));
    String innerPath = KnownKeys.join(path, name);
    fields.put(name, with(inner, innerPath, key.subList(1, key.size()), value));
    return new Node.Fields(fields);
  }

  private static Map<String, Node> fieldsOf(Node node, String path) {
    if (node instanceof Node.Fields fields) {
      return fields.entries();
    }
    return node.isNothing()
        ? Map.of()
        : Shorthand.firstKey(path).map(first -> Map.of(first, node)).orElse(Map.of());
  }
}
