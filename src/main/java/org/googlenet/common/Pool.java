package org.googlenet.common;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps what is costly to make between the tasks that use it, one at a time.
 *
 * @param <K> what a thing is made from: two tasks with equal keys may use the same one in turn
 * @param <V> a thing that belongs to one borrower at a time
 */
public final class Pool<K, V> {

  private final Map<K, Queue<V>> idle = new ConcurrentHashMap<>();
  private final Function<K, V> make;
  private final Consumer<V> close;

  /**
   * Without anything in it.
   *
   * @param make makes a thing that nobody has given back
   * @param close frees one
   */
  public Pool(Function<K, V> make, Consumer<V> close) {
    this.make = make;
    this.close = close;
  }

  /** A thing in use; closing the loan gives it back. */
  public final class Loan implements AutoCloseable {

    private final K key;
    private final V value;
    private boolean sound;
    private boolean over;

    private Loan(K key, V value) {
      this.key = key;
      this.value = value;
    }

    /**
     * What is lent.
     *
     * @throws IllegalStateException if it has been given back
     */
    public V value() {
      if (over) {
        throw new IllegalStateException(key.getClass().getSimpleName() + ": has been given back");
      }
      return value;
    }

    /** Says that the work succeeded; a thing whose work failed is freed, not lent again. */
    public void done() {
      sound = true;
    }

    /** Gives it back; a second call does nothing. */
    @Override
    public void close() {
      if (over) {
        return;
      }
      over = true;
      if (sound) {
        idle(key).add(value);
      } else {
        close.accept(value);
      }
    }
  }

  /**
   * Lends a thing, in the state in which the last user left it. If one has to be made, idle ones of
   * other keys are freed first: they belong to work that is over, and hold much memory.
   */
  public Loan borrow(K key) {
    V value = idle(key).poll();
    if (value == null) {
      closeIdleBut(key);
      value = make.apply(key);
    }
    return new Loan(key, value);
  }

  /** How many are not in use. */
  public int idle() {
    return idle.values().stream().mapToInt(Queue::size).sum();
  }

  /** Frees all that are not in use. */
  public void closeIdle() {
    idle.values().forEach(this::close);
  }

  private void closeIdleBut(K key) {
    idle.forEach(
        (other, things) -> {
          if (!other.equals(key)) {
            close(things);
          }
        });
  }

  private void close(Queue<V> things) {
    for (V thing = things.poll(); thing != null; thing = things.poll()) {
      close.accept(thing);
    }
  }

  private Queue<V> idle(K key) {
    return idle.computeIfAbsent(key, created -> new ConcurrentLinkedQueue<>());
  }
}
