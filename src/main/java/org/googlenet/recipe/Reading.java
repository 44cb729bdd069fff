package org.googlenet.recipe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the values of a recipe's keys from its YAML; if a value is not allowed, it notes a problem
 * and goes on with the default.
 */
final class Reading {

  private final Tree tree;
  private final Problems problems;
  private final Map<String, Node> given = new LinkedHashMap<>();
  private final Map<String, String> shortened = new LinkedHashMap<>();
  private final Values values = new Values();

  private Reading(Tree tree, Problems problems) {
    this.tree = tree;
    this.problems = problems;
  }

  /** Reads all keys, and notes what is wrong. */
  static Reading of(Tree tree, Problems problems) {
    Reading reading = new Reading(tree, problems);
    Node root = tree.root();
    if (!(root instanceof Node.Fields) && !root.isNothing()) {
      problems.note(root.shown() + ": must be a mapping of keys, such as 'run: sample'");
    }
    reading.find("", root.fields());
    tree.keys().all().forEach(reading::read);
    return reading;
  }

  /** The values; complete only if nothing was wrong. */
  Values values() {
    return values;
  }

  private void find(String section, Map<String, Node> fields) {
    fields.forEach(
        (name, node) -> {
          String path = KnownKeys.join(section, name);
          if (tree.keys().at(path).isPresent()) {
            if (!node.isNothing()) {
              given.put(path, node);
            }
          } else if (tree.keys().isSection(path)) {
            section(path, node);
          } else {
            problems.unknownKey(section, name);
          }
        });
  }

  private void section(String path, Node node) {
    Optional<Shorthand> shorthand = tree.keys().shorthand(path);
    if (node instanceof Node.Fields || node.isNothing()) {
      find(path, node.fields());
    } else if (shorthand.isPresent() && node instanceof Node.Scalar) {
      shortened.put(shorthand.get().key(), path);
      given.put(shorthand.get().key(), node);
    } else {
      refuse(path, node.shown(), "must be a mapping of keys");
    }
  }

  private <T> void read(Key<T> key) {
    Node node = given.get(key.path());
    if (!key.use().holds(values::text)) {
      refuseUnused(key, node);
    } else if (node == null) {
      complete(key);
    } else if (hasOther(key)) {
      refuse(key, node.shown(), key.other().get().path() + " is given too; keep one of them");
    } else {
      try {
        values.put(key, key.type(values).read(node));
      } catch (Refused e) {
        refuse(key, e.shown(), e.allowed());
        key.fallback(values).ifPresent(value -> values.put(key, value));
      }
    }
  }

  private void refuseUnused(Key<?> key, Node nodeOrNull) {
    if (nodeOrNull != null) {
      Key<?> by = key.use().key();
      String beside = by.spoken() + " " + values.text(by);
      refuse(key, nodeOrNull.shown(), "not used by " + beside + "; leave it out");
    }
  }

  private <T> void complete(Key<T> key) {
    Optional<T> fallback = key.fallback(values);
    fallback.ifPresent(value -> values.put(key, value));
    if (fallback.isEmpty() && key.remedy().isPresent() && !hasOther(key)) {
      String missing = key.other().map(Key::path).orElse(shownPath(key.path()));
      problems.value(missing, missing + ": missing; " + key.remedy().get());
    }
  }

  /** Whether the recipe gives a key. */
  boolean isGiven(Key<?> key) {
    return given.containsKey(key.path());
  }

  private boolean hasOther(Key<?> key) {
    return key.other().filter(other -> given.containsKey(other.path())).isPresent();
  }

  /** Notes that a key's value is not allowed. */
  void refuse(Key<?> key, String shown, String allowed) {
    refuse(key.path(), shown, allowed);
  }

  private void refuse(String path, String shown, String allowed) {
    String flat = shown.replaceAll("\\s+", " ");
    problems.value(path, shownPath(path) + ": " + flat + ": " + allowed);
  }

  private String shownPath(String path) {
    return shortened.getOrDefault(path, path);
  }
}
