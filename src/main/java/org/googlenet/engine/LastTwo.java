package org.googlenet.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the two that were last used of what is costly to make, such as the plan for whole batches
 * and that for the last, smaller one of an epoch.
 *
 * @param <K> what one is made from
 */
final class LastTwo<K, V> implements AutoCloseable {

  private final Consumer<V> free;

  /** The last used one first. */
  private final List<Kept<K, V>> kept = new ArrayList<>();

  private record Kept<K, V>(K key, V value) {}

  /** Without anything in it. */
  LastTwo(Consumer<V> free) {
    this.free = free;
  }

  /**
   * The one of a key.
   *
   * @param make makes it, once there is room; if that fails, what is kept stays
   */
  V get(K key, Supplier<V> make) {
    for (Kept<K, V> each : kept) {
      if (each.key.equals(key)) {
        kept.remove(each);
        kept.add(0, each);
        return each.value;
      }
    }
    if (kept.size() == 2) {
      free.accept(kept.remove(1).value);
    }
    V made = make.get();
    kept.add(0, new Kept<>(key, made));
    return made;
  }

  /** Frees them; more may be made then. */
  @Override
  public void close() {
    kept.forEach(each -> free.accept(each.value));
    kept.clear();
  }
}
