package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.OwnRounds;
import org.googlenet.averaging.Rounds;
import org.googlenet.common.Failure;
import org.googlenet.data.BatchesAhead;
import org.googlenet.dl4j.Dl4jRounds;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Listeners;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Outcome;
import org.googlenet.spark.JobText;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * One driver's work on a run: takes the run, goes on from its newest checkpoint or begins, trains,
 * and gives the run back.
 */
public final class TrainingJob {

  /** How a driver's work ended, if nothing failed. */
  public enum End {
    /** All rounds are done. */
    FINISHED(0, "finished"),
    /** All rounds were done before. */
    WAS_FINISHED(0, "finished"),
    /**
     * {@link TrainingJob#stop} was called; the state is saved. A scheduler that reads {@code
     * outcome.json} should start it again.
     */
    INTERRUPTED(143, Outcome.INTERRUPTED);

    private final int exitCode;
    private final String reason;

    End(int exitCode, String reason) {
      this.exitCode = exitCode;
      this.reason = reason;
    }

    /** The exit code of the program, also written to {@code outcome.json}. */
    public int exitCode() {
      return exitCode;
    }
  }

  /**
   * What the caller asks for beside the recipe. Start from {@link #NONE}.
   *
   * @param restart move the old run aside and begin anew
   * @param extend go on with another length although the learning rate depends on it
   * @param initFrom the model whose parameters a new run begins with: anything that {@link
   *     org.googlenet.evaluation.WeightSource#open} accepts
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

    /** For a run that begins with parameters of its own, and a driver that does not wait. */
    public static final Options NONE =
        new Options(false, false, Optional.empty(), false, Duration.ZERO);

    public Options {
      if (fromChampion && initFrom.isPresent()) {
        throw new IllegalArgumentException("the champion and " + initFrom.get());
      }
      // It is the same location with or without a '/' at its end.
      initFrom = initFrom.map(location -> location.replaceFirst("(?<=[^/])/+$", ""));
    }

    /**
     * What a new run begins with if there is no champion to begin with: what these options name, or
     * else what the recipe does.
     */
    Optional<String> startFrom(Recipe recipe) {
      return initFrom.or(() -> recipe.start().source());
    }

    /** The same options, with {@code restart} as given. */
    public Options restarting(boolean wanted) {
      return new Options(wanted, extend, initFrom, fromChampion, leaseWait);
    }

    /** The same options, with {@code extend} as given. */
    public Options extending(boolean wanted) {
      return new Options(restart, wanted, initFrom, fromChampion, leaseWait);
    }

    /** The same options, but a new run begins with the parameters of a model. */
    public Options beginningWith(String model) {
      return new Options(restart, extend, Optional.of(model), fromChampion, leaseWait);
    }

    /** The same options, with {@code fromChampion} as given. */
    public Options beginningWithChampion(boolean wanted) {
      return new Options(restart, extend, initFrom, wanted, leaseWait);
    }

    /** The same options, but waiting for another driver that holds the run. */
    public Options waiting(Duration atMost) {
      return new Options(restart, extend, initFrom, fromChampion, atMost);
    }
  }

  private final JavaSparkContext spark;
  private final TrainingSetup setup;
  private final Stores stores;
  private final Options options;
  private final Listeners own;
  private final Listeners listeners;
  private final EventLog events;
  private final UnaryOperator<LocalTraining> workers;

  private final StopRequest stop = new StopRequest();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** A job; nothing is written yet. */
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
   * @param workers turns a round's workers into others
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
    this.stores = stores;
    this.options = options;
    this.own = new Listeners(RecipeListeners.of(spark, setup, stores));
    this.listeners = new Listeners(List.of(listener, own));
    this.events = new EventLog(listeners);
    this.workers = workers;
  }

  /**
   * Trains until all rounds are done or {@link #stop} is called.
   *
   * @throws org.googlenet.common.Problem if something is wrong that a user can fix
   */
  public End run() {
    Recipe recipe = setup.recipe();
    JobText.Text group = JobText.group(spark, "run " + recipe.run());
    try {
      Optional<RunSession> taken = RunSession.take(stores, recipe, options, stop, events);
      return taken.isPresent() ? run(taken.get()) : End.INTERRUPTED;
    } catch (IOException e) {
      throw StorageProblem.at(recipe.location(), e);
    } finally {
      BatchesAhead.closeBegun();
      Engines.closeIdle();
      own.close();
      group.close();
      ended.countDown();
    }
  }

  private End run(RunSession session) throws IOException {
    try (session) {
      try {
        listeners.begin(session.files());
        End end = training(session).run();
        own.close(); // while the run is held, as some write into it
        session.end(end == End.INTERRUPTED ? stop.exitCode() : end.exitCode(), end.reason);
        return end;
      } catch (CheckpointProblem problem) {
        // What is missing may have been deleted by a driver that has taken the run.
        session.lease().check();
        fail(session, problem);
        throw problem;
      } catch (RuntimeException | IOException | Error e) {
        fail(session, e);
        throw e;
      }
    }
  }

  private RunTraining training(RunSession session) {
    StartingPoint starts = new StartingPoint(setup, stores, options, events);
    return new RunTraining(spark, setup, session, starts, stop, events, this::rounds);
  }

  private Rounds rounds(EngineSpec engine) {
    Recipe recipe = setup.recipe();
    return switch (recipe.averaging().master()) {
      case DL4J -> new Dl4jRounds(spark, recipe, setup.plan().data(), setup.train(), engine);
      case OWN -> new OwnRounds(spark, recipe, setup.plan(), setup.train(), engine, workers);
    };
  }

  private void fail(RunSession session, Throwable failure) {
    Failure seen = Failure.of(failure);
    int code = stop.isMade() ? stop.exitCode() : seen.exitCode();
    try {
      // While the lease lasts: a listener may have a last word to write into the run.
      listeners.on(
          new TrainingEvent.RunFailed(
              setup.recipe().run(), setup.recipe().location(), code, seen.message()));
      own.close();
    } finally {
      session.fail(failure, code);
    }
  }

  /** Does what {@link #stop(int)} does, with the exit code of a SIGTERM. */
  public void stop() {
    stop(End.INTERRUPTED.exitCode());
  }

  /**
   * Asks {@link #run} to end and waits until it has, which takes some seconds: the current round is
   * abandoned, and the last complete one is saved.
   *
   * @param code the exit code that the process ends with, for {@code outcome.json}
   */
  public void stop(int code) {
    stop.make(code);
    try {
      do {
        spark.sc().cancelAllJobs();
      } while (!ended.await(200, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
