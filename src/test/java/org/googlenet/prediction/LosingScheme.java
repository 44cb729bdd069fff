package org.googlenet.prediction;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.googlenet.spark.JobProblem;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageScheme;

/**
 * Storage in memory whose first write of a third part ends the job as a lost executor does, when
 * another part is finished: on two cores the third task follows one that has ended.
 */
public final class LosingScheme implements StorageScheme {

  static final String NAME = "losing";

  private static final Map<String, ObjectStore> STORES = new ConcurrentHashMap<>();

  private static final class Losing extends ForwardingStore {

    private final AtomicBoolean hasLost = new AtomicBoolean();

    Losing() {
      super(new MemoryStore());
    }

    @Override
    public void overwrite(String name, Body body) throws IOException {
      if (name.startsWith("part-00002") && !hasLost.getAndSet(true)) {
        throw JobProblem.executorLost("by the test");
      }
      super.overwrite(name, body);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectStore open(String location, Map<String, String> properties) {
    return STORES.computeIfAbsent(location, place -> new Losing());
  }
}
