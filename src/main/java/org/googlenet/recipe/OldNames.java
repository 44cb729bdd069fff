package org.googlenet.recipe;

import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Translates the names that recipe keys had in older versions into today's.
 *
 * @param warnings receives a line for each old name
 */
record OldNames(Keys keys, Consumer<String> warnings) {

  /** Today's path for the path of a setting. */
  String now(String path) {
    Optional<Key<?>> key = keys.formerlyAt(path);
    key.ifPresent(each -> warnings.accept("--set " + renamed(path, each)));
    return key.map(Key::path).orElse(path);
  }

  private static String renamed(String old, Key<?> key) {
    return old + ": is called " + key.path() + " now; change the name";
  }

  /** A recipe with today's names only. */
  Tree now(Tree tree, Problems problems) {
    Tree modern = tree;
    for (Key<?> key : keys.all()) {
      for (String old : key.formerly()) {
        Optional<Node> value = modern.at(old);
        if (value.isPresent()) {
          modern = renamed(modern.without(old), old, key, value.get(), problems);
        }
      }
    }
    for (Dropped<?> key : keys.dropped()) {
      Optional<Node> value = modern.at(key.path());
      if (value.isPresent()) {
        dropped(key, value.get(), problems);
        modern = modern.without(key.path());
      }
    }
    return modern;
  }

  private Tree renamed(Tree tree, String old, Key<?> key, Node value, Problems problems) {
    if (tree.at(key.path()).isPresent()) {
      problems.value(
          old,
          old
              + ": "
              + value.shown()
              + ": is called "
              + key.path()
              + " now, which is given too; keep that one");
      return tree;
    }
    warnings.accept(renamed(old, key));
    return tree.with(key.path(), value);
  }

  private void dropped(Dropped<?> key, Node value, Problems problems) {
    if (key.isKept(value)) {
      warnings.accept(key.warning());
    } else {
      problems.value(key.path(), key.path() + ": " + value.shown() + ": " + key.refusal());
    }
  }

  /** Changes the identity of a run to today's names; a dropped key stays if it decided bits. */
  void now(SortedMap<String, String> identity) {
    for (Key<?> key : keys.all()) {
      for (String old : key.formerly()) {
        if (identity.containsKey(old)) {
          warnings.accept(renamed(old, key));
          identity.putIfAbsent(key.path(), identity.remove(old));
        }
      }
    }
    for (Dropped<?> key : keys.dropped()) {
      if (identity.remove(key.path(), key.keptText())) {
        warnings.accept(key.warning());
      }
    }
  }
}
