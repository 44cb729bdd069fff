package org.googlenet.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A recipe's YAML by the paths of its keys; a shorthand counts as the section that it stands for.
 */
record Tree(Node root, Keys keys) {

  /** The node at a path; empty if nothing was given. */
  Optional<Node> at(String path) {
    Node node = root;
    String section = "";
    for (String name : names(path)) {
      node = fields(node, section).get(name);
      if (node == null || node.isNothing()) {
        return Optional.empty();
      }
      section = KnownKeys.join(section, name);
    }
    return Optional.of(node);
  }

  /** The same tree with another node at a path. */
  Tree with(String path, Node value) {
    return new Tree(with(root, "", names(path), value), keys);
  }

  /** The same tree without the node at a path, and without sections that this leaves empty. */
  Tree without(String path) {
    if (at(path).isEmpty()) {
      return this;
    }
    String section = KnownKeys.parent(path);
    Node in = section.isEmpty() ? root : at(section).orElseThrow();
    Map<String, Node> fields = new LinkedHashMap<>(fields(in, section));
    fields.remove(KnownKeys.name(path));
    return fields.isEmpty() && !section.isEmpty()
        ? without(section)
        : new Tree(with(root, "", names(section), new Node.Fields(fields)), keys);
  }

  private Node with(Node node, String section, List<String> path, Node value) {
    if (path.isEmpty()) {
      return value;
    }
    Map<String, Node> fields = new LinkedHashMap<>(fields(node, section));
    String name = path.get(0);
    Node inner = fields.getOrDefault(name, Node.Scalar.NOTHING);
    fields.put(
        name, with(inner, KnownKeys.join(section, name), path.subList(1, path.size()), value));
    return new Node.Fields(fields);
  }

  /** The fields of a section, also if a shorthand stands for them. */
  Map<String, Node> fields(Node node, String section) {
    return node instanceof Node.Fields || node.isNothing()
        ? node.fields()
        : keys.shorthand(section).map(it -> Map.of(it.first(), node)).orElse(Map.of());
  }

  private static List<String> names(String path) {
    return path.isEmpty() ? List.of() : List.of(path.split("\\.", -1));
  }
}
