package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.common.Problem;
import org.googlenet.model.ModelZip;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob.End;
import org.googlenet.training.TrainingJob.Options;

/**
 * Runs of the tiny training, within this JVM.
 *
 * @param tiny the data and the recipe
 */
record TinyRuns(TinyTraining tiny) {

  static final Options PLAIN = Options.NONE;
  private static final Stores STORES = new Stores(Map.of());

  /** How a training ended, and what it said on the way. */
  record Trained(End end, List<TrainingEvent> events) {

    <E extends TrainingEvent> List<E> events(Class<E> kind) {
      return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends TrainingEvent> E last(Class<E> kind) {
      List<E> all = events(kind);
      assertThat(all).as(kind.getSimpleName()).isNotEmpty();
      return all.get(all.size() - 1);
    }
  }

  Trained train(Options options, String... overrides) {
    return train(options, UnaryOperator.identity(), overrides);
  }

  /** With workers that do something else than they would. */
  Trained train(Options options, UnaryOperator<LocalTraining> workers, String... overrides) {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingJob job =
        new TrainingJob(
            LocalSpark.context(), setup(overrides), STORES, options, events::add, workers);
    return new Trained(job.run(), events);
  }

  /** Trains until a round is done, and is then told to stop. */
  Trained trainUntil(int round, UnaryOperator<LocalTraining> workers, String... overrides)
      throws InterruptedException {
    List<TrainingEvent> events = new ArrayList<>();
    List<Thread> stopping = new ArrayList<>();
    TrainingJob[] job = new TrainingJob[1];
    job[0] =
        new TrainingJob(
            LocalSpark.context(),
            setup(overrides),
            STORES,
            PLAIN,
            event -> {
              events.add(event);
              if (event instanceof RoundFinished done && done.round() == round) {
                stopping.add(stopping(job[0]));
              }
            },
            workers);
    End end = job[0].run();
    for (Thread thread : stopping) {
      thread.join();
    }
    return new Trained(end, events);
  }

  /** A thread that waits for the training's end, which it has asked for. */
  private static Thread stopping(TrainingJob job) {
    Thread thread = new Thread(job::stop);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  /** What a training is refused or ended with. */
  Problem problem(Options options, UnaryOperator<LocalTraining> workers, String... overrides) {
    Problem problem = catchThrowableOfType(Problem.class, () -> train(options, workers, overrides));
    assertThat(problem).isNotNull();
    assertThat(problem.getMessage()).doesNotContain("\n");
    return problem;
  }

  TrainingSetup setup(String... overrides) {
    return TrainingSetup.open(LocalSpark.context(), recipe(overrides), STORES);
  }

  Recipe recipe(String... overrides) {
    try {
      return RecipeLoader.load(
          Files.readString(tiny.recipe()), tiny.recipe().toString(), List.of(overrides));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  ObjectStore store(String run) {
    return STORES.open(tiny.run(run).toString());
  }

  Metadata newest(String run) throws IOException {
    return Checkpoint.newest(store(run)).manifest().metadata();
  }

  /** A checkpoint by its name, as {@code 000003-0001}. */
  Checkpoint checkpoint(String run, String name) throws IOException {
    return Checkpoint.at(STORES, tiny.run(run) + "/checkpoints/" + name);
  }

  /** SHA-256 of the newest checkpoint's parameters. */
  String parameters(String run) throws IOException {
    return newest(run).labels().get("parametersSha256");
  }

  /** The newest checkpoint's parameters themselves. */
  float[] values(String run) throws IOException {
    Checkpoint newest = Checkpoint.newest(store(run));
    return ModelZip.read(newest.bytes("model.zip"), newest.location()).parameters();
  }
}
