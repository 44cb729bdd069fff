package org.googlenet.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.googlenet.run.LeaseWait;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;

/** A store whose user dies at one of the calls, before the store did it or after. */
final class Dying extends ForwardingStore {

  /** Ends its user. */
  static final class Killed extends IOException {

    private static final long serialVersionUID = 1L;
  }

  private final boolean done;
  private int calls;

  Dying(ObjectStore store, int calls, boolean done) {
    super(store);
    this.calls = calls;
    this.done = done;
  }

  private <T> T call(LeaseWait.Attempt<T> call) throws IOException {
    boolean last = calls-- == 0;
    if (last && !done) {
      throw new Killed();
    }
    try {
      return call.take();
    } finally {
      dieIf(last);
    }
  }

  private static void dieIf(boolean last) throws Killed {
    if (last) {
      throw new Killed();
    }
  }

  @Override
  public InputStream read(String name) throws IOException {
    return call(() -> super.read(name));
  }

  @Override
  public void create(String name, Body body) throws IOException {
    call(
        () -> {
          super.create(name, body);
          return name;
        });
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    return call(() -> super.list(prefix));
  }
}
