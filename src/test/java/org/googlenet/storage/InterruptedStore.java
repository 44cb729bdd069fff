package org.googlenet.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A store whose user dies at its n-th call: before it, after it, or (of a write) in the middle of
 * its body. From then on no call is answered, since the dead make none.
 *
 * <p>A test counts the calls of some work once and then repeats it for each call and moment:
 *
 * <pre>{@code
 * for (Crash crash : InterruptedStore.crashes(callsOf(work))) { ... }
 * }</pre>
 */
public final class InterruptedStore implements ObjectStore, Renaming {

  /** When, in a call, its user dies. */
  public enum Moment {
    BEFORE,
    WITHIN,
    AFTER
  }

  /**
   * Where to die.
   *
   * @param call counts from 1; 0 for never
   */
  public record Crash(int call, Moment moment) {

    /** Never; to count the calls. */
    public static final Crash NEVER = new Crash(0, Moment.BEFORE);
  }

  /** Ends the user's code where it would have died; no code of the project expects it. */
  public static final class Died extends Error {

    private static final long serialVersionUID = 1L;

    private Died(String call) {
      super("died at " + call);
    }
  }

  private final ObjectStore store;
  private final Crash crash;
  private final List<String> calls = new ArrayList<>();
  private boolean dead;

  public InterruptedStore(ObjectStore store, Crash crash) {
    this.store = store;
    this.crash = crash;
  }

  /** Every way to die in work that makes so many calls. */
  public static List<Crash> crashes(int calls) {
    List<Crash> crashes = new ArrayList<>();
    for (int call = 1; call <= calls; call++) {
      for (Moment moment : Moment.values()) {
        crashes.add(new Crash(call, moment));
      }
    }
    return crashes;
  }

  /** The calls so far, such as {@code create terms/0001.json}; those after the death are not. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public InputStream read(String name) throws IOException {
    int call = begin("read " + name);
    try {
      return store.read(name);
    } finally {
      end(call);
    }
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    int call = begin("read " + name);
    try {
      return store.readRange(name, offset, length);
    } finally {
      end(call);
    }
  }

  @Override
  public void create(String name, Body body) throws IOException {
    int call = begin("create " + name);
    try {
      store.create(name, mortal(body, call));
    } finally {
      end(call);
    }
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    int call = begin("overwrite " + name);
    try {
      store.overwrite(name, mortal(body, call));
    } finally {
      end(call);
    }
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    int call = begin("list " + prefix);
    try {
      return store.list(prefix);
    } finally {
      end(call);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    int call = begin("delete " + name);
    try {
      store.delete(name);
    } finally {
      end(call);
    }
  }

  @Override
  public boolean rename(String from, String to) throws IOException {
    int call = begin("rename " + from);
    try {
      return ((Renaming) store).rename(from, to);
    } finally {
      end(call);
    }
  }

  /** Says which call it is; a body may make others while its own is under way. */
  private synchronized int begin(String call) {
    if (dead) {
      throw new Died("an earlier call");
    }
    calls.add(call);
    dieIf(calls.size(), Moment.BEFORE);
    return calls.size();
  }

  /** Whether the call came back with an answer or with an error. */
  private synchronized void end(int call) {
    dieIf(call, Moment.AFTER);
  }

  private synchronized void dieIf(int call, Moment moment) {
    if (call == crash.call() && moment == crash.moment()) {
      dead = true;
      throw new Died(calls.get(call - 1) + ", " + moment);
    }
  }

  /** Dies after the first half of what the body writes at once. */
  private Body mortal(Body body, int call) {
    return out ->
        body.writeTo(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                dieIf(call, Moment.WITHIN);
                out.write(b);
              }

              @Override
              public void write(byte[] bytes, int offset, int count) throws IOException {
                if (call == crash.call() && crash.moment() == Moment.WITHIN) {
                  out.write(bytes, offset, count / 2);
                }
                dieIf(call, Moment.WITHIN);
                out.write(bytes, offset, count);
              }

              @Override
              public void flush() throws IOException {
                out.flush();
              }
            });
  }
}
