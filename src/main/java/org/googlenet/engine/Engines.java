package org.googlenet.engine;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Lends engines to the tasks of one JVM, so that a network is built once for each task that runs at
 * the same time and not once a round.
 *
 * <p>The pool belongs to the JVM because Spark gives tasks no other place that outlives them.
 */
public final class Engines {

  private static final Map<EngineSpec, Queue<Engine>> IDLE = new ConcurrentHashMap<>();

  private Engines() {}

  /** An engine in use; closing the loan gives it back. */
  public static final class Loan implements AutoCloseable {

    private final EngineSpec spec;
    private final Engine engine;
    private boolean sound;

    private Loan(EngineSpec spec, Engine engine) {
      this.spec = spec;
      this.engine = engine;
    }

    public Engine engine() {
      return engine;
    }

    /** Says that the work ended well; an engine whose work failed is closed, not lent again. */
    public void done() {
      sound = true;
    }

    @Override
    public void close() {
      if (sound) {
        idle(spec).add(engine);
      } else {
        engine.close();
      }
    }
  }

  /**
   * Lends an engine to the calling thread and sets the thread's native libraries to the
   * specification's number of threads. Its parameters are whatever the last user left.
   */
  public static Loan borrow(EngineSpec spec) {
    NativeThreads.use(spec.threads());
    Engine engine = idle(spec).poll();
    return new Loan(spec, engine != null ? engine : new Dl4jEngine(spec.configuration()));
  }

  /** Closes all engines that are not in use. */
  public static void closeIdle() {
    for (Queue<Engine> engines : IDLE.values()) {
      for (Engine engine : new ArrayDeque<>(engines)) {
        if (engines.remove(engine)) {
          engine.close();
        }
      }
    }
  }

  private static Queue<Engine> idle(EngineSpec spec) {
    return IDLE.computeIfAbsent(spec, key -> new ConcurrentLinkedQueue<>());
  }
}
