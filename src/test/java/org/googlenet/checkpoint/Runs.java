package org.googlenet.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;

/** Small runs to test with. */
final class Runs {

  static final Duration LEASE = Duration.ofMinutes(1);

  private Runs() {}

  static Manifest write(Lease lease, int round, MovableClock clock) throws IOException {
    return write(lease, round, Metadata.NONE, clock);
  }

  static Manifest write(Lease lease, int round, Metadata metadata, MovableClock clock)
      throws IOException {
    return new CheckpointWriter(clock).write(lease, round, blobs("round " + round), metadata);
  }

  static Map<String, Body> blobs(String content) {
    return Map.of("model.zip", body("model of " + content), "momentum.bin", body(content));
  }

  static Body body(String text) {
    return Body.of(text.getBytes(UTF_8));
  }

  static void damage(ObjectStore run, CheckpointId id, String blob) throws IOException {
    byte[] bytes = run.readBytes(id.folder() + "/" + blob, 1000);
    bytes[bytes.length / 2] ^= 1;
    run.overwrite(id.folder() + "/" + blob, Body.of(bytes));
  }

  static List<String> names(ObjectStore store, String prefix) throws IOException {
    return store.list(prefix).stream().map(Entry::name).toList();
  }

  static List<String> ids(List<Manifest> manifests) {
    return manifests.stream().map(m -> m.id().toString()).toList();
  }
}
