package org.googlenet.recipe;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Command-line settings, {@code key=value} with the value in YAML, laid over a recipe's tree in
 * order.
 *
 * <p>Setting one of {@code training.epochs} and {@code training.rounds} removes the other, unless
 * that is set too.
 */
final class Overrides {

  private final OldNames names;
  private final Problems problems;
  private final Set<String> set = new HashSet<>();
  private Tree tree;

  private Overrides(Tree tree, OldNames names, Problems problems) {
    this.tree = tree;
    this.names = names;
    this.problems = problems;
  }

  /** The tree with all settings; one that cannot be read is noted as a problem. */
  static Tree apply(Tree tree, List<String> settings, OldNames names, Problems problems) {
    Overrides overrides = new Overrides(tree, names, problems);
    settings.forEach(overrides::apply);
    return overrides.tree;
  }

  private void apply(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      problems.note("--set " + setting + ": must be key=value, as in training.batch=64");
      return;
    }
    String key = setting.substring(0, equals).strip();
    try {
      put(names.now(key), YamlTree.read(setting.substring(equals + 1)));
    } catch (YamlTree.Malformed e) {
      problems.note("--set " + setting.replaceAll("\\s+", " ") + ": " + e.getMessage());
    }
  }

  private void put(String path, Node value) {
    set.add(path);
    tree = tree.with(path, value);
    for (String other : tree.keys().insteadOf(path)) {
      if (!set.contains(other)) {
        tree = tree.without(other);
      }
    }
  }
}
