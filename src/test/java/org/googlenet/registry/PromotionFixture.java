package org.googlenet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.run.MovableClock;
import org.googlenet.run.Runs;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeEach;

/** A run with checkpoints of rounds 4, 8 and 12, and a folder of models to promote them to. */
abstract class PromotionFixture {

  static final String OLD = "memory-000004-0001";
  static final String NEW = "memory-000008-0001";

  /** Says which model it is about and what the gate decided. */
  static final Promotion.Card CARD =
      (model, version, gate) ->
          (version + " of " + model.checkpoint() + gate.map(GateRecord::decision).orElse(""))
              .getBytes(UTF_8);

  final ObjectStore run = new MemoryStore();
  final ObjectStore store = new MemoryStore();
  final Models models = new Models(store);
  final MovableClock clock = new MovableClock();

  @BeforeEach
  void train() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      for (int round = 4; round <= 12; round += 4) {
        Map<String, Double> metrics = Map.of("top1", round / 100.0);
        Runs.write(lease, round, new Metadata(Map.of(), metrics, Map.of()), clock);
      }
      lease.end();
    }
  }

  SavedModel source(int round) throws IOException {
    CheckpointId id = new CheckpointId(round, 1);
    Manifest manifest = Checkpoint.readManifest(run, id).orElseThrow();
    return SavedModel.of(new Checkpoint(run, manifest));
  }

  Promotion promote(SavedModel source, ObjectStore folder) throws IOException {
    return promote(source, folder, "");
  }

  Promotion promote(SavedModel source, ObjectStore folder, String note) throws IOException {
    return promote(source, folder, source.version(), note);
  }

  Promotion promote(SavedModel source, ObjectStore folder, String version, String note)
      throws IOException {
    Promotion.Request request =
        new Promotion.Request(version, List.of("model.zip"), "me@here", note, false, CARD);
    return Promotion.of(source, new Models(folder), request, clock);
  }

  String text(String name) throws IOException {
    return new String(store.readBytes(name, 10_000), UTF_8);
  }
}
