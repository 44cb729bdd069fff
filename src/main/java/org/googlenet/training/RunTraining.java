package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.averaging.Rounds;
import org.googlenet.averaging.TrainingState;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineSpec;
import org.googlenet.recipe.EpochEngines;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.spark.EngineTask;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.JobText;
import org.googlenet.training.TrainingJob.End;

/** Trains a run that this driver has taken, from where it is to its last round. */
final class RunTraining {

  private final JavaSparkContext spark;
  private final TrainingSetup setup;
  private final Recipe recipe;
  private final RunSession session;
  private final StartingPoint starts;
  private final StopRequest stop;
  private final EventLog events;
  private final Function<EngineSpec, Rounds> rounds;

  private final long begun = System.nanoTime();

  /**
   * A training of a run.
   *
   * @param starts finds what the training begins or goes on with
   * @param rounds makes what runs the rounds from the engine that was chosen
   */
  RunTraining(
      JavaSparkContext spark,
      TrainingSetup setup,
      RunSession session,
      StartingPoint starts,
      StopRequest stop,
      EventLog events,
      Function<EngineSpec, Rounds> rounds) {
    this.spark = spark;
    this.setup = setup;
    this.recipe = setup.recipe();
    this.session = session;
    this.starts = starts;
    this.stop = stop;
    this.events = events;
    this.rounds = rounds;
  }

  /** Trains until all rounds are done or the training is asked to stop. */
  End run() throws IOException {
    Lease lease = session.lease();
    // 1. Where the run is: its newest checkpoint that verifies, a state kept on this machine, or
    //    the beginning.
    lease.warnings().forEach(events::warn);
    StartingPoint.Found start = starts.find(lease);
    if (start.isSaved() && setup.isDone(start.state(), start.metrics())) {
      events.on(alreadyFinished(lease.start().orElseThrow()));
      return End.WAS_FINISHED;
    }
    // 2. The engine, which an executor chooses.
    Optional<EngineChoice> engine = choose(start.state());
    if (engine.isEmpty()) {
      return End.INTERRUPTED;
    }
    Progress progress =
        new Progress(start.state(), engine.get(), start.metrics(), start.quarantine());
    // 3. What a user should know before it is trained.
    announce(start, progress);
    warn(start, progress.engine());
    // 4. The run records that it is being worked on, and with which recipe.
    session.begin(recipe);
    // 5. The rounds; whatever ends them, the last complete state is saved.
    try (CheckpointSaver saver =
        new CheckpointSaver(
            lease,
            new CheckpointCodec(recipe, setup.train(), starts.initial()),
            events,
            LocalState.of(recipe),
            events)) {
      reach(start, progress, saver);
      Progress last = train(saver, progress);
      return end(last, saver);
    }
  }

  private End end(Progress last, CheckpointSaver saver) throws IOException {
    saver.finish();
    TrainingState state = last.state();
    Manifest newest = saver.newest().orElseThrow();
    if (!setup.isDone(state, last.metrics())) {
      events.on(new TrainingEvent.Interrupted(newest.id().toString(), state.round()));
      return End.INTERRUPTED;
    }
    events.on(
        new TrainingEvent.RunFinished(
            recipe.run(),
            recipe.location(),
            newest.id().toString(),
            state.round(),
            state.step(),
            state.examples(),
            last.quarantine().size(),
            CheckpointCodec.accuracy(newest),
            Duration.ofNanos(System.nanoTime() - begun)));
    return End.FINISHED;
  }

  /**
   * Saves the start of the training as a checkpoint of the run, if it should be one and is not yet.
   */
  private void reach(StartingPoint.Found start, Progress progress, CheckpointSaver saver)
      throws IOException {
    if (start.isSaved()) {
      saver.reachSaved(progress);
      return;
    }
    saver.reach(progress);
    if (start.kept().isPresent()) {
      events.addBefore(start.kept().get().events());
      saver.save();
      LocalState.delete(start.kept().get().folder());
    } else if (starts.initial().isPresent()) {
      saver.save(); // from here on, the run does not need the model that it begins with
    }
  }

  /** Trains to the end; goes back if a round diverges and the recipe allows it. */
  private Progress train(CheckpointSaver saver, Progress start) throws IOException {
    Progress from = start;
    while (true) {
      try (Rounds running = rounds.apply(from.engine().spec())) {
        return trainer(saver, from, running).train();
      } catch (DivergedProblem e) {
        saver.finish();
        from = new Rewinding(setup, session.lease(), starts, events).goBack(e, from);
        saver.reach(from);
        saver.save(); // so that the rewind counts, whatever happens to this driver
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

  private Trainer trainer(CheckpointSaver saver, Progress from, Rounds running) {
    return new Trainer(setup, spark, from, running, saver, events, stop::isMade);
  }

  /** Chooses the engine of this training; empty if the training was asked to stop meanwhile. */
  private Optional<EngineChoice> choose(TrainingState state) {
    EngineSpec whole = setup.wanted().withConfiguration(setup.configuration(state.rewinds()));
    int epoch = setup.plan().epochOf(state.round());
    try {
      EngineChoice chosen =
          JobText.during(
              spark,
              "start of run " + recipe.run(),
              () -> EngineTask.choose(spark, new EpochEngines(recipe, whole).in(epoch)));
      return Optional.of(chosen.withConfiguration(whole.configuration()));
    } catch (Exception e) {
      if (stop.isMade()) {
        return Optional.empty();
      }
      throw JobFailure.of(e);
    }
  }

  private void announce(StartingPoint.Found start, Progress progress) {
    EngineChoice engine = progress.engine();
    TrainingState state = start.state();
    events.on(
        new TrainingEvent.RunStarted(
            recipe.run(),
            recipe.location(),
            engine.engine(),
            engine.precision(),
            engine.instructions(),
            engine.spec().threads(),
            engine.plannedBytes(),
            recipe.averaging().workers(),
            setup.plan().rounds(),
            state.parameters().length,
            setup.train().records()));
    events.on(RunDescription.of(spark, setup));
    start
        .checkpoint()
        .ifPresent(from -> events.on(new TrainingEvent.Resumed(from, state.round(), state.step())));
  }

  private void warn(StartingPoint.Found start, EngineChoice engine) {
    setup.warnings().forEach(events::warn);
    engine.notes().forEach(events::warn);
    start
        .stateFile()
        .ifPresent(
            saved ->
                saved
                    .arithmetic()
                    .differences(CheckpointCodec.arithmetic(engine))
                    .forEach(events::warn));
  }

  private TrainingEvent alreadyFinished(Manifest last) {
    return new TrainingEvent.AlreadyFinished(
        recipe.run(),
        recipe.location(),
        last.id().toString(),
        last.round(),
        CheckpointCodec.accuracy(last));
  }
}
