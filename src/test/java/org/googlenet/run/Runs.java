package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;

/** Small runs to test with. */
public final class Runs {

  public static final Duration LEASE = Duration.ofMinutes(1);

  private Runs() {}

  public static Manifest write(Lease lease, int round, MovableClock clock) throws IOException {
    return write(lease, round, Metadata.NONE, clock);
  }

  public static Manifest write(Lease lease, int round, Metadata metadata, MovableClock clock)
      throws IOException {
    return new CheckpointWriter(clock).write(lease, round, blobs("round " + round), metadata);
  }

  static Map<String, Body> blobs(String content) {
    return Map.of("model.zip", body("model of " + content), "momentum.bin", body(content));
  }

  public static Body body(String text) {
    return Body.of(text.getBytes(UTF_8));
  }

  public static void damage(ObjectStore run, CheckpointId id, String blob) throws IOException {
    byte[] bytes = run.readBytes(id.folder() + "/" + blob, 1000);
    bytes[bytes.length / 2] ^= 1;
    run.overwrite(id.folder() + "/" + blob, Body.of(bytes));
  }

  public static List<String> names(ObjectStore store, String prefix) throws IOException {
    return store.list(prefix).stream().map(Entry::name).toList();
  }

  static List<String> ids(List<Manifest> manifests) {
    return manifests.stream().map(m -> m.id().toString()).toList();
  }
}
