package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.checkpoint.CheckpointProblem;
import org.googlenet.checkpoint.Lease;
import org.googlenet.checkpoint.Manifest;
import org.googlenet.checkpoint.Metadata;
import org.googlenet.checkpoint.Models;
import org.googlenet.checkpoint.Outcome;
import org.googlenet.checkpoint.RunHistory;
import org.googlenet.config.Failure;
import org.googlenet.config.Problem;
import org.googlenet.config.Recipe;
import org.googlenet.config.RecipeLoader;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.Engines;
import org.googlenet.evaluation.EngineTask;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.report.JsonLines;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * One driver's work on a run: take the run, go on from its newest checkpoint or begin, train, and
 * give the run back.
 */
public final class TrainingJob {

  /** How a driver's work ended, if nothing failed. */
  public enum End {
    /** All rounds are done. */
    FINISHED(0, "finished"),
    /** All rounds had been done before. */
    WAS_FINISHED(0, "finished"),
    /**
     * {@link TrainingJob#stop} was called; the state is saved. The JVM itself ends with 130 or 143,
     * as it was signalled; a scheduler that reads {@code outcome.json} is to start it again.
     */
    INTERRUPTED(143, "interrupted");

    private final int exitCode;
    private final String reason;

    End(int exitCode, String reason) {
      this.exitCode = exitCode;
      this.reason = reason;
    }

    /** The exit code of the program, as {@code outcome.json} has it too. */
    public int exitCode() {
      return exitCode;
    }

    private String reason() {
      return reason;
    }
  }

  /**
   * What the caller wants beside the recipe.
   *
   * @param restart move the old run aside and begin anew
   * @param extend go on with another length although the learning rate depends on it
   * @param initFrom the model whose parameters a new run begins with: anything that {@link
   *     TrainedModel#open} takes
   * @param fromChampion begin a new run with the parameters of the champion of the recipe's models,
   *     if there is one
   * @param leaseWait how long to wait for another driver that holds the run
   */
  public record Options(
      boolean restart,
      boolean extend,
      Optional<String> initFrom,
      boolean fromChampion,
      Duration leaseWait) {

    public Options {
      if (fromChampion && initFrom.isPresent()) {
        throw new IllegalArgumentException("the champion and " + initFrom.get());
      }
      // With or without a '/' at its end it is the same place.
      initFrom = initFrom.map(location -> location.replaceFirst("(?<=[^/])/+$", ""));
    }

    /** Of a run that begins with its own parameters, by a driver that does not wait. */
    public Options(boolean restart, boolean extend) {
      this(restart, extend, Optional.empty(), false, Duration.ZERO);
    }
  }

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final Stores stores;
  private final Options options;
  private final TrainingListener listener;
  private final UnaryOperator<LocalTraining> workers;
  private final StringBuilder metrics = new StringBuilder();

  private final String location;
  private final TrainingSetup setup;
  private final RoundPlan plan;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<InitialModel> initial = Optional.empty();
  private Optional<String> champion;

  /** Nothing is written yet. */
  public TrainingJob(
      JavaSparkContext spark,
      TrainingSetup setup,
      Stores stores,
      Options options,
      TrainingListener listener) {
    this(spark, setup, stores, options, listener, UnaryOperator.identity());
  }

  /**
   * The same with other workers.
   *
   * @param workers makes what a round's workers do of what they would do
   */
  TrainingJob(
      JavaSparkContext spark,
      TrainingSetup setup,
      Stores stores,
      Options options,
      TrainingListener listener,
      UnaryOperator<LocalTraining> workers) {
    this.spark = spark;
    this.setup = setup;
    this.recipe = setup.recipe();
    this.stores = stores;
    this.options = options;
    this.workers = workers;
    JsonLines lines = new JsonLines(metrics);
    this.listener =
        event -> {
          lines.on(event);
          listener.on(event);
        };
    this.location = recipe.output() + "/" + recipe.run();
    this.plan = setup.plan();
  }

  /**
   * Trains until all rounds are done or {@link #stop} is called.
   *
   * @throws Problem if something is wrong that a user can mend
   */
  public End run() {
    try {
      Optional<Lease> taken = take();
      return taken.isPresent() ? run(taken.get()) : End.INTERRUPTED;
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    } finally {
      Engines.closeIdle();
      ended.countDown();
    }
  }

  private End run(Lease lease) throws IOException {
    try (lease) {
      try {
        End end = train(lease);
        end(lease, end.exitCode(), end.reason());
        return end;
      } catch (CheckpointProblem problem) {
        // What is gone may have been deleted by a driver that has taken the run.
        lease.check();
        leave(lease, problem);
        throw problem;
      } catch (RuntimeException | IOException | Error e) {
        leave(lease, e);
        throw e;
      }
    }
  }

  /**
   * Asks {@link #run} to end and waits until it has: the round under way is abandoned, the last
   * whole one is saved.
   */
  public void stop() {
    stopped.countDown();
    try {
      do {
        spark.sc().cancelAllJobs();
      } while (!ended.await(200, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean stopping() {
    return stopped.getCount() == 0;
  }

  /** Empty if it was told to stop while another driver held the run. */
  private Optional<Lease> take() throws IOException {
    return new RunTaking(stores, location, recipe.checkpoint().lease(), options, listener)
        .take(this::pause);
  }

  private boolean pause(Duration time) {
    try {
      return !stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private End train(Lease lease) throws IOException {
    long start = System.nanoTime();
    lease.warnings().forEach(this::warn);
    RunStorage storage = new RunStorage(lease);
    TrainingState state = start(lease, storage);
    if (state.round() >= plan.rounds()) {
      listener.on(alreadyFinished(lease.start().orElseThrow()));
      return End.WAS_FINISHED;
    }
    Optional<EngineChoice> chosen = choose(state.rewinds());
    if (chosen.isEmpty()) {
      return End.INTERRUPTED;
    }
    EngineChoice engine = chosen.get();
    announce(lease, state, engine);
    engine.notes().forEach(this::warn);
    if (recipe.averaging().quorum() < 1 && !plan.round(0).endsEpoch()) {
      warn(
          "averaging.quorum %s: rounds are cut where the fastest workers are, so the result is not repeatable"
              .formatted(recipe.averaging().quorum()));
    }
    warnOfOtherBits(lease, storage, engine);
    Outcome.running(lease);
    storage.writeRecipe(RecipeLoader.toYaml(recipe));
    TrainingState last;
    try (CheckpointSaver saver =
        new CheckpointSaver(
            lease, storage, recipe, setup.train(), initial, this::takeMetrics, listener)) {
      if (lease.start().isEmpty() && initial.isPresent()) {
        // From here on the run needs the model no more that it begins with.
        saver.begin(state, engine, null);
        saver.finish();
      }
      last = trainOn(lease, storage, saver, state, engine);
    }
    Manifest newest = newest(lease).orElseThrow();
    if (last.round() < plan.rounds()) {
      listener.on(new TrainingEvent.Interrupted(newest.id().toString(), last.round()));
      return End.INTERRUPTED;
    }
    listener.on(
        new TrainingEvent.RunFinished(
            recipe.run(),
            location,
            newest.id().toString(),
            last.round(),
            last.step(),
            last.examples(),
            RunStorage.accuracy(newest),
            Duration.ofNanos(System.nanoTime() - start)));
    return End.FINISHED;
  }

  /** Trains to the end, going back where a round diverged and the recipe says so. */
  private TrainingState trainOn(
      Lease lease,
      RunStorage storage,
      CheckpointSaver saver,
      TrainingState start,
      EngineChoice chosen)
      throws IOException {
    TrainingState state = start;
    while (true) {
      int rewinds = state.rewinds();
      EngineChoice engine = chosen.withConfiguration(setup.configuration(rewinds));
      try {
        boolean isSaved = lease.start().isPresent() || rewinds > 0;
        return trainer(saver, engine, rewinds).train(state, isSaved ? state.round() : -1);
      } catch (DivergedProblem e) {
        saver.finish();
        if (rewinds >= recipe.divergence().times()) {
          throw e.stopping(recipe, rewinds);
        }
        state = rewind(lease, storage).afterRewinds(rewinds + 1);
        listener.on(rewound(e, lease, state));
        // So the rewind counts whatever becomes of this driver.
        saver.begin(state, chosen.withConfiguration(setup.configuration(rewinds + 1)), null);
        saver.finish();
      }
    }
  }

  private Trainer trainer(CheckpointSaver saver, EngineChoice engine, int rewinds) {
    return new Trainer(
        spark,
        recipe,
        plan,
        setup.schedule(rewinds),
        setup.train(),
        setup.validation(),
        engine,
        saver,
        listener,
        this::stopping,
        workers);
  }

  /**
   * Goes back, by a new term, to the newest checkpoint that verifies, or to the beginning. One that
   * was written because the training was stopped does not count: when that happened must not change
   * the result.
   */
  private TrainingState rewind(Lease lease, RunStorage storage) throws IOException {
    RunHistory.Verified newest =
        RunHistory.read(lease.run())
            .newestThatVerifies(
                lease.run(), manifest -> manifest.round() % recipe.checkpoint().every() == 0);
    newest.warnings().forEach(this::warn);
    lease.rewind(newest.manifest());
    return start(lease, storage);
  }

  private TrainingEvent rewound(DivergedProblem why, Lease lease, TrainingState state) {
    return new TrainingEvent.Rewound(
        why.getMessage(),
        lease.start().map(manifest -> manifest.id().toString()).orElse(null),
        state.round(),
        state.rewinds(),
        recipe.divergence().times(),
        setup.schedule(state.rewinds()).at(state.step()));
  }

  /** The state to go on from: that of the checkpoint of the lease, or the beginning. */
  private TrainingState start(Lease lease, RunStorage storage) throws IOException {
    TrainingState beginning = setup.beginning();
    if (lease.start().isEmpty()) {
      Optional<String> model = options.fromChampion() ? champion() : options.initFrom();
      return model.isPresent() ? beginningWith(model.get(), beginning) : beginning;
    }
    Manifest manifest = lease.start().get();
    Metadata saved = storage.readStateFile(manifest);
    new RunIdentity(location, recipe, setup.train(), options).require(saved);
    initial = StateFile.initial(saved);
    return storage.read(manifest, saved, beginning.parameters().length);
  }

  /** The same one for all of this driver's work: a rewind to the beginning is to that of before. */
  private Optional<String> champion() throws IOException {
    if (champion == null) {
      Models models = new Models(stores.open(recipe.models()));
      champion =
          models.isEmpty() ? Optional.empty() : Optional.of(models.champion().blobs().location());
      if (champion.isEmpty()) {
        listener.on(new TrainingEvent.NoChampion(recipe.models()));
      }
    }
    return champion;
  }

  /** The beginning, but with the parameters of a model. */
  private TrainingState beginningWith(String model, TrainingState beginning) {
    TrainedModel trained = TrainedModel.open(stores, model);
    InitialModel.requireFits(trained, recipe, beginning.parameters().length);
    InitialModel begun = InitialModel.of(model, trained);
    initial = Optional.of(begun);
    listener.on(new TrainingEvent.Initialised(begun.location(), begun.parametersSha256()));
    return TrainingState.beginning(trained.parameters(), beginning.momentum(), 0);
  }

  /** The engine of this training; nothing if it was told to stop meanwhile. */
  private Optional<EngineChoice> choose(int rewinds) {
    try {
      return Optional.of(
          EngineTask.choose(spark, setup.wanted().withConfiguration(setup.configuration(rewinds))));
    } catch (Exception e) {
      if (stopping()) {
        return Optional.empty();
      }
      throw WorkerFailure.of(e);
    }
  }

  private void announce(Lease lease, TrainingState state, EngineChoice engine) {
    listener.on(
        new TrainingEvent.RunStarted(
            recipe.run(),
            location,
            engine.engine(),
            engine.precision(),
            engine.instructions(),
            engine.spec().threads(),
            engine.plannedBytes(),
            recipe.averaging().workers(),
            plan.rounds(),
            state.parameters().length,
            setup.train().records()));
    lease
        .start()
        .map(manifest -> manifest.id().toString())
        .ifPresent(
            from -> listener.on(new TrainingEvent.Resumed(from, state.round(), state.step())));
  }

  private TrainingEvent alreadyFinished(Manifest last) {
    return new TrainingEvent.AlreadyFinished(
        recipe.run(), location, last.id().toString(), last.round(), RunStorage.accuracy(last));
  }

  private void warnOfOtherBits(Lease lease, RunStorage storage, EngineChoice engine)
      throws IOException {
    if (lease.start().isPresent()) {
      Metadata saved = storage.readStateFile(lease.start().get());
      StateFile.roundingDifferences(saved, engine).forEach(this::warn);
    }
  }

  /** The events since the last checkpoint, which go with the next one. */
  private String takeMetrics() {
    String taken = metrics.toString();
    metrics.setLength(0);
    return taken;
  }

  /** Says how the work failed and gives the run back, if it is still ours and can be reached. */
  private void leave(Lease lease, Throwable failure) {
    try {
      Failure seen = Failure.of(failure);
      end(lease, seen.exitCode(), seen.message());
    } catch (IOException | Problem unreachable) {
      failure.addSuppressed(unreachable);
    }
  }

  private static void end(Lease lease, int code, String reason) throws IOException {
    Outcome.ended(lease, code, reason, newest(lease).map(Manifest::id));
    lease.end();
  }

  private static Optional<Manifest> newest(Lease lease) throws IOException {
    return RunHistory.read(lease.run()).newest();
  }

  private void warn(String message) {
    listener.on(new TrainingEvent.Warned(message));
  }
}
