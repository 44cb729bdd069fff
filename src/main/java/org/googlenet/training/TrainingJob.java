package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.TrainingState;
import org.googlenet.averaging.WorkerFailure;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.Engines;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.JsonLines;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.Outcome;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.run.RunHistory;
import org.googlenet.spark.EngineTask;
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
     * {@link TrainingJob#stop} was called; the state is saved. A scheduler that reads {@code
     * outcome.json} is to start it again.
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
  private final LocalState local;
  private final StartingPoint starts;

  private volatile int stopCode = End.INTERRUPTED.exitCode();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

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
    this.local = LocalState.of(recipe);
    this.starts = new StartingPoint(setup, stores, location, options, local, this.listener);
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
        end(lease, end == End.INTERRUPTED ? stopCode : end.exitCode(), end.reason());
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

  /** {@link #stop(int)} as by SIGTERM. */
  public void stop() {
    stop(End.INTERRUPTED.exitCode());
  }

  /**
   * Asks {@link #run} to end and waits until it has: the round under way is abandoned, the last
   * whole one is saved. seconds.
   *
   * @param code what the process ends with, for {@code outcome.json}
   */
  public void stop(int code) {
    stopCode = code;
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
    long begun = System.nanoTime();
    lease.warnings().forEach(this::warn);
    RunStorage storage = new RunStorage(lease);
    StartingPoint.Found start = starts.find(lease);
    TrainingState state = start.state();
    if (start.isSaved() && setup.isDone(state, start.metrics())) {
      listener.on(alreadyFinished(lease.start().orElseThrow()));
      return End.WAS_FINISHED;
    }
    Optional<EngineChoice> chosen = choose(state.rewinds());
    if (chosen.isEmpty()) {
      return End.INTERRUPTED;
    }
    EngineChoice engine = chosen.get();
    announce(start, engine);
    warn(start, engine);
    Outcome.running(lease);
    storage.writeRecipe(RecipeLoader.toYaml(recipe));
    return train(lease, storage, start, engine, begun);
  }

  private End train(
      Lease lease, RunStorage storage, StartingPoint.Found start, EngineChoice engine, long begun)
      throws IOException {
    Progress last;
    Manifest newest;
    try (CheckpointSaver saver =
        new CheckpointSaver(
            lease,
            storage,
            recipe,
            setup.train(),
            starts.initial(),
            this::takeMetrics,
            local,
            listener)) {
      reach(start, saver, engine);
      last = trainOn(lease, saver, new Progress(start.state(), engine, start.metrics()));
      newest = saver.newest().orElseThrow();
    }
    TrainingState state = last.state();
    if (!setup.isDone(state, last.metrics())) {
      listener.on(new TrainingEvent.Interrupted(newest.id().toString(), state.round()));
      return End.INTERRUPTED;
    }
    listener.on(
        new TrainingEvent.RunFinished(
            recipe.run(),
            location,
            newest.id().toString(),
            state.round(),
            state.step(),
            state.examples(),
            RunStorage.accuracy(newest),
            Duration.ofNanos(System.nanoTime() - begun)));
    return End.FINISHED;
  }

  /** What a user should know before it is trained. */
  private void warn(StartingPoint.Found start, EngineChoice engine) {
    setup.warnings().forEach(this::warn);
    engine.notes().forEach(this::warn);
    if (recipe.averaging().quorum() < 1 && !plan.round(0).endsEpoch()) {
      warn(
          "averaging.quorum %s: rounds are cut where the fastest workers are, so the result is not repeatable"
              .formatted(recipe.averaging().quorum()));
    }
    start
        .stateFile()
        .ifPresent(saved -> StateFile.roundingDifferences(saved, engine).forEach(this::warn));
  }

  /** Makes what the training starts from a checkpoint of the run, if it is to be one. */
  private void reach(StartingPoint.Found start, CheckpointSaver saver, EngineChoice engine)
      throws IOException {
    Progress progress = new Progress(start.state(), engine, start.metrics());
    if (start.isSaved()) {
      saver.reachSaved(progress);
      return;
    }
    saver.reach(progress);
    if (start.kept().isPresent()) {
      metrics.insert(0, start.kept().get().events());
      saver.begin();
      saver.finish();
      LocalState.delete(start.kept().get().folder());
    } else if (starts.initial().isPresent()) {
      // From here on the run needs the model no more that it begins with.
      saver.begin();
      saver.finish();
    }
  }

  /** Trains to the end, going back where a round diverged and the recipe says so. */
  private Progress trainOn(Lease lease, CheckpointSaver saver, Progress start) throws IOException {
    Progress from = start;
    while (true) {
      try {
        return trainer(saver, from).train(from);
      } catch (DivergedProblem e) {
        saver.finish();
        int rewinds = from.state().rewinds();
        if (rewinds >= recipe.divergence().times()) {
          throw e.stopping(recipe, rewinds);
        }
        from = rewind(lease, from.engine(), rewinds + 1);
        listener.on(rewound(e, lease, from.state()));
        // So the rewind counts whatever becomes of this driver.
        saver.reach(from);
        saver.begin();
        saver.finish();
      } catch (RunHeldProblem lost) {
        throw lost;
      } catch (RuntimeException | IOException | Error e) {
        if (saver.hasRounds()) {
          throw saver.endWith(e);
        }
        throw e;
      }
    }
  }

  private Trainer trainer(CheckpointSaver saver, Progress from) {
    return new Trainer(
        spark,
        setup,
        from.state().rewinds(),
        from.engine(),
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
  private Progress rewind(Lease lease, EngineChoice engine, int rewinds) throws IOException {
    RunHistory.Verified newest =
        RunHistory.read(lease.run())
            .newestThatVerifies(
                lease.run(), manifest -> manifest.round() % recipe.checkpoint().every() == 0);
    newest.warnings().forEach(this::warn);
    lease.rewind(newest.manifest());
    StartingPoint.Found start = starts.withoutKept(lease);
    return new Progress(
        start.state().afterRewinds(rewinds),
        engine.withConfiguration(setup.configuration(rewinds)),
        start.metrics());
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

  private void announce(StartingPoint.Found start, EngineChoice engine) {
    TrainingState state = start.state();
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
    start
        .checkpoint()
        .ifPresent(
            from -> listener.on(new TrainingEvent.Resumed(from, state.round(), state.step())));
  }

  private TrainingEvent alreadyFinished(Manifest last) {
    return new TrainingEvent.AlreadyFinished(
        recipe.run(), location, last.id().toString(), last.round(), RunStorage.accuracy(last));
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
      end(lease, stopping() ? stopCode : seen.exitCode(), seen.message());
    } catch (IOException | Problem unreachable) {
      failure.addSuppressed(unreachable);
    }
  }

  private static void end(Lease lease, int code, String reason) throws IOException {
    try {
      Outcome.ended(lease, code, reason, newest(lease).map(Manifest::id));
    } finally {
      lease.end();
    }
  }

  private static Optional<Manifest> newest(Lease lease) throws IOException {
    return RunHistory.read(lease.run()).newest();
  }

  private void warn(String message) {
    listener.on(new TrainingEvent.Warned(message));
  }
}
