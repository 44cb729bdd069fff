package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.Dataset;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Precision;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.run.Lease;
import org.googlenet.run.Quarantine;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the training waits for, and what it hears, while a checkpoint is written. */
@Timeout(60)
class CheckpointSaverTest {

  private static final EngineChoice ENGINE =
      new EngineChoice(
          new EngineSpec("{}", 1, 1, EngineKind.DL4J, Precision.FP32, Convolution.AUTO),
          "A",
          0,
          List.of());

  @TempDir private static Path folder;

  private static Recipe recipe;
  private static Dataset train;

  private final List<TrainingEvent> events = new ArrayList<>();
  private final Gate gate = new Gate();
  private LocalState local;
  private Lease lease;
  private CheckpointSaver saver;
  private final EventLog log = new EventLog(event -> {});

  /** A store in memory that writes no manifest until it is opened. */
  private static final class Gate extends ForwardingStore {

    private final CountDownLatch open = new CountDownLatch(1);
    private volatile IOException failure;
    private volatile boolean isOutOfMemory;
    private volatile boolean takesMetrics = true;

    Gate() {
      super(new MemoryStore());
    }

    @Override
    public void create(String name, Body body) throws IOException {
      if (name.startsWith("checkpoints/")) {
        try {
          open.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        if (failure != null) {
          throw failure;
        }
      }
      super.create(name, body);
    }

    @Override
    public void overwrite(String name, Body body) throws IOException {
      if (name.startsWith("checkpoints/") && isOutOfMemory) {
        throw new OutOfMemoryError("Java heap space");
      }
      if (name.startsWith("metrics/") && !takesMetrics) {
        throw new IOException("the disk is full");
      }
      super.overwrite(name, body);
    }
  }

  @BeforeAll
  static void prepare() {
    TinyTraining tiny = TinyTraining.in(folder);
    recipe = new TinyRuns(tiny).recipe();
    train = Dataset.open(new Stores(Map.of()), recipe.data().train());
  }

  @BeforeEach
  void takeTheRun(TestInfo test) throws IOException {
    local = new LocalState("memory", List.of(folder.resolve(test.getDisplayName())));
    lease = Lease.acquire(gate, "me", Duration.ofMinutes(1), Clock.systemUTC());
    saver =
        new CheckpointSaver(
            lease, new CheckpointCodec(recipe, train, Optional.empty()), log, local, events::add);
  }

  @AfterEach
  void giveItBack() throws IOException {
    gate.open.countDown();
    lease.close();
  }

  @Test
  void theTrainingGoesOnWhileACheckpointIsWrittenAndHearsOfItAfterwards() throws Exception {
    begin(3);
    saver.tell();
    assertThat(events).isEmpty();
    assertThat(manifests()).isEmpty();

    gate.open.countDown();
    saver.finish();

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            CheckpointWritten.class,
            written -> assertThat(written.name()).isEqualTo("000003-0001"));
    assertThat(manifests()).containsExactly("checkpoints/000003-0001.json");
    saver.tell();
    assertThat(events).as("told once").hasSize(1);
  }

  @Test
  void theNextCheckpointWaitsForTheOneBefore() throws Exception {
    begin(3);
    CompletableFuture<Void> next =
        CompletableFuture.runAsync(
            () -> {
              try {
                begin(6);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(next).isNotDone();

    gate.open.countDown();
    next.get();
    saver.close();

    assertThat(events)
        .extracting(event -> ((CheckpointWritten) event).name())
        .containsExactly("000003-0001", "000006-0001");
    assertThat(((CheckpointWritten) events.get(0)).waited()).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheTraining() throws Exception {
    gate.failure = new IOException("the disk is full");
    begin(3);
    gate.open.countDown();

    assertThatThrownBy(saver::finish)
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");

    assertThat(events).isEmpty();
    saver.close();
  }

  @Test
  void closingWaitsForWhatIsUnderWayAndTellsItsFailure() throws Exception {
    gate.failure = new IOException("the disk is full");
    begin(3);
    gate.open.countDown();

    assertThatThrownBy(saver::close).hasMessage("the disk is full");
    assertThatThrownBy(() -> begin(6)).as("it saves no more").isNotNull();
  }

  @Test
  void aCheckpointThatIsWrittenIsSaidToBeWhateverFailsAfterIt() throws Exception {
    gate.open.countDown();
    gate.takesMetrics = false;
    begin(3);
    Throwable failure = catchThrowable(saver::finish);

    assertThat(saver.endWith(failure))
        .hasMessageContaining("round 3 is saved as checkpoint 000003-0001");
    assertThat(local.find(damage -> {})).isEmpty();
  }

  @Test
  void whatCannotBeSavedForWantOfMemoryIsKeptOnThisMachine() throws Exception {
    gate.isOutOfMemory = true;
    begin(3);
    Throwable failure = catchThrowable(saver::finish);
    EndedEarly ended = saver.endWith(failure);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended).hasMessageContainingAll("out of memory", "round 3 is kept in " + folder);
    assertThat(local.find(damage -> {})).extracting(LocalState.Found::round).containsExactly(3);
  }

  private void begin(int round) throws IOException {
    saver.reach(new Progress(state(round), ENGINE, Map.of(), Quarantine.NONE));
    saver.begin();
  }

  private List<String> manifests() throws IOException {
    return gate.list("checkpoints").stream()
        .map(ObjectStore.Entry::name)
        .filter(name -> name.endsWith(".json") && name.split("/", -1).length == 2)
        .toList();
  }

  private static TrainingState state(int round) {
    float[] values = {1, 2, 3};
    return new TrainingState(values, values, new float[0], round, 2 * round, 4, 0, List.of());
  }
}
