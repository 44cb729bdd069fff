package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.Dataset;
import org.googlenet.dl4j.SmallGraphs;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Precision;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.Quarantine;
import org.googlenet.run.RunHistory;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings that keep their checkpoints on a real S3 server behind a proxy that disturbs requests:
 * of a small state, and with a stand-in for the rounds.
 */
@Timeout(900)
class DisturbedStorageTest {

  private static final int FAULTS = 300;
  private static final int PERCENT = 30;
  private static final int ROUNDS = 8;

  /** Of the network below. */
  private static final int PARAMETERS = 83;

  private static final Duration LEASE = Duration.ofMinutes(1);
  @TempDir private static Path folder;

  private static Recipe recipe;
  private static Dataset train;
  private static EngineChoice engine;

  private final S3Server server = S3Server.shared();
  private final String bucket = "s3a://" + server.newBucket();

  private int drivers;
  private int failures;
  private int acknowledged;

  @BeforeAll
  static void prepare() {
    recipe = new TinyRuns(TinyTraining.in(folder)).recipe();
    train = Dataset.open(new Stores(Map.of()), recipe.data().train());
    String network =
        SmallGraphs.dense(new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.1, 0), 0))
            .getConfiguration()
            .toJson();
    engine =
        new EngineChoice(
            new EngineSpec(network, 1, 1, EngineKind.DL4J, Precision.FP32, Convolution.AUTO),
            "A",
            0,
            List.of());
  }

  @Tag("slow")
  @Test
  void threeHundredFaultsChangeNoBitAndShowNoHalfACheckpoint() throws IOException {
    Stores direct = new Stores(server.properties());
    float[] expected = undisturbed().parameters();
    int runs = 0;
    try (FaultyProxy proxy = FaultyProxy.before(server.port(), 20261125)) {
      Stores disturbed = new Stores(impatient(proxy));
      proxy.disturb(PERCENT);
      while (proxy.faults() < FAULTS) {
        String run = bucket + "/run-" + runs++;
        acknowledged = 0;
        while (!trainToTheEnd(disturbed, run)) {
          assertNothingHalfOrLost(direct.open(run));
        }
        assertNothingHalfOrLost(direct.open(run));
        assertThat(newest(direct.open(run)).parameters()).as(run).isEqualTo(expected);
      }
      System.out.printf(
          "%d trainings by %d drivers, of which %d failed; requests disturbed: %s%n",
          runs, drivers, failures, proxy.counts());
      assertThat(proxy.counts().values()).allMatch(count -> count > 0);
    }
    assertThat(failures).isPositive();
    assertThat(drivers).isEqualTo(runs + failures);
  }

  /** Small numbers of tries and short pauses, so that drivers fail, too, and soon. */
  private Map<String, String> impatient(FaultyProxy proxy) {
    Map<String, String> properties = new HashMap<>(server.properties(proxy.port()));
    properties.put("fs.s3a.attempts.maximum", "1");
    properties.put("fs.s3a.retry.limit", "1");
    properties.put("fs.s3a.retry.interval", "5ms");
    properties.put("fs.s3a.retry.throttle.limit", "1");
    properties.put("fs.s3a.retry.throttle.interval", "5ms");
    properties.put("googlenet.storage.deadline", "1ms");
    return properties;
  }

  /**
   * One driver's work; false if the storage made it fail. Each begins after the last one's lease.
   */
  private boolean trainToTheEnd(Stores stores, String run) throws IOException {
    Clock clock = Clock.offset(Clock.systemUTC(), LEASE.multipliedBy(2L * drivers));
    drivers++;
    try (Lease lease = Lease.acquire(stores.open(run), Lease.newOwner(), LEASE, clock)) {
      TrainingState state = beginning();
      if (lease.start().isPresent()) {
        Manifest start = lease.start().get();
        state = read(lease.run(), start);
      }
      try (CheckpointSaver saver =
          new CheckpointSaver(
              lease,
              new CheckpointCodec(recipe, train, Optional.empty()),
              new EventLog(event -> {}),
              new LocalState(run, List.of()),
              event -> acknowledged = round((CheckpointWritten) event))) {
        while (state.round() < ROUNDS) {
          state = next(state);
          saver.tell();
          saver.reach(new Progress(state, engine, Map.of(), Quarantine.NONE));
          saver.begin();
        }
      }
      lease.end();
      return true;
    } catch (IOException | StorageProblem e) {
      failures++;
      return false;
    }
  }

  private static int round(CheckpointWritten written) {
    return Integer.parseInt(written.name().substring(0, 6));
  }

  /** Whatever a reader finds is whole, and nothing that was acknowledged is gone. */
  private void assertNothingHalfOrLost(ObjectStore run) throws IOException {
    RunHistory history = RunHistory.read(run);
    assertThat(history.warnings()).isEmpty();
    for (Manifest manifest : history.checkpoints()) {
      assertThat(new Checkpoint(run, manifest).defect()).as("%s", manifest.id()).isEmpty();
    }
    assertThat(history.newest().map(Manifest::round).orElse(0))
        .isGreaterThanOrEqualTo(acknowledged);
  }

  private static TrainingState newest(ObjectStore run) throws IOException {
    try (Lease lease =
        Lease.acquire(
            run, "reader", LEASE, Clock.offset(Clock.systemUTC(), Duration.ofDays(365)))) {
      Manifest newest =
          lease.start().orElseThrow(() -> new CheckpointProblem(run.location() + ": is empty"));
      return read(run, newest);
    }
  }

  private static TrainingState read(ObjectStore run, Manifest manifest) throws IOException {
    Checkpoint checkpoint = new Checkpoint(run, manifest);
    return CheckpointCodec.read(checkpoint, CheckpointCodec.readStateFile(checkpoint), PARAMETERS);
  }

  private static TrainingState undisturbed() {
    TrainingState state = beginning();
    while (state.round() < ROUNDS) {
      state = next(state);
    }
    return state;
  }

  private static TrainingState beginning() {
    return TrainingState.beginning(new float[PARAMETERS], new float[PARAMETERS], 0);
  }

  /** A round that depends on all of the state, so that a wrong one does not come right again. */
  private static TrainingState next(TrainingState state) {
    float[] parameters = new float[PARAMETERS];
    float[] momentum = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      momentum[i] = 0.9f * state.momentum()[i] + (float) Math.sin(state.step() + 3.0 * i);
      parameters[i] = state.parameters()[i] - 0.1f * momentum[(i + 1) % PARAMETERS] - 0.01f * i;
    }
    return new TrainingState(
        parameters,
        momentum,
        new float[0],
        state.round() + 1,
        state.step() + 2,
        state.examples() + 16,
        0,
        List.of());
  }
}
