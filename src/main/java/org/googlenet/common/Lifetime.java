package org.googlenet.common;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long, and by whom, something may be used that holds what the garbage collector does not know:
 * until it is closed, by one thread at a time. What it holds is freed when it is closed or, if it
 * is forgotten, once the collector finds that nothing refers to it.
 */
public final class Lifetime {

  private static final Cleaner CLEANER = Cleaner.create();

  private final Object owner;
  private final String name;
  private final Cleaner.Cleanable freeing;
  private final ReentrantLock user = new ReentrantLock();
  private volatile boolean over;

  /**
   * Begins with its owner.
   *
   * @param name of the owner in messages, such as {@code plan}
   * @param freeing frees what the owner holds; must not refer to the owner, which would then never
   *     be forgotten
   */
  public Lifetime(Object owner, String name, Runnable freeing) {
    this.owner = owner;
    this.name = name;
    this.freeing = CLEANER.register(owner, freeing);
  }

  /** A use by one thread, which may begin others within it; closing it ends it. */
  public final class Use implements AutoCloseable {

    private Use() {}

    @Override
    public void close() {
      try {
        user.unlock();
      } finally {
        Reference.reachabilityFence(owner);
      }
    }
  }

  /**
   * Begins a use, during which no other thread can begin one, and the owner is not forgotten.
   *
   * @throws IllegalStateException if the owner is closed, or in use by another thread
   */
  public Use use() {
    lock();
    if (over) {
      user.unlock();
      requireOpen();
    }
    return new Use();
  }

  /**
   * Checks that the owner may still be used.
   *
   * @throws IllegalStateException if it is closed
   */
  public void requireOpen() {
    if (over) {
      throw new IllegalStateException("the " + name + " is closed: open a new one");
    }
  }

  /**
   * Frees what the owner holds; a second call does nothing.
   *
   * @return whether it was open until now
   * @throws IllegalStateException if the owner is in use
   */
  public boolean end() {
    lock();
    try {
      if (user.getHoldCount() > 1) {
        throw new IllegalStateException(
            "the " + name + " is in use: close it when its last call has returned");
      }
      boolean open = !over;
      over = true;
      freeing.clean();
      return open;
    } finally {
      user.unlock();
    }
  }

  private void lock() {
    if (!user.tryLock()) {
      throw new IllegalStateException(
          "the " + name + " is in use by another thread: give each thread its own");
    }
  }
}
