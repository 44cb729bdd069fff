package org.googlenet.averaging;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.locks.LockSupport;

/**
 * The most heap of this JVM that is alive at once during some work, found by collecting garbage
 * over and over beside it, and so slowing it down.
 *
 * <p>What is alive between two collections for a shorter time than they are apart is missed; in a
 * round all that is large lives longer.
 */
final class LiveHeap {

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  private LiveHeap() {}

  /** Does the work and says how many bytes were alive at its peak. */
  static long peak(Runnable work) throws InterruptedException {
    Watcher watcher = new Watcher();
    watcher.start();
    try {
      work.run();
    } finally {
      watcher.ended = true;
      watcher.join();
    }
    return watcher.peak;
  }

  private static final class Watcher extends Thread {

    private volatile boolean ended;
    private long peak;

    Watcher() {
      super("live heap");
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!ended) {
        long start = System.nanoTime();
        System.gc();
        peak = Math.max(peak, MEMORY.getHeapMemoryUsage().getUsed());
        // As long as the collection took: the work is to have half of the time.
        LockSupport.parkNanos(System.nanoTime() - start);
      }
    }
  }
}
