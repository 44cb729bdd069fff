package org.googlenet.retrain;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.evaluation.Gate;
import org.googlenet.evaluation.GateJob;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.preflight.Preflight;
import org.googlenet.prepare.ValidateJob;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Models;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Lease;
import org.googlenet.run.Pruning;
import org.googlenet.run.Retention;
import org.googlenet.run.RunHistory;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob;
import org.googlenet.training.TrainingSetup;

/**
 * Makes a new champion from data: validates the data, trains, asks the gate, promotes and prunes.
 * Called again for the same run, it goes on where it stopped: data is validated until the run has a
 * checkpoint, a finished training is not repeated, and a champion is not promoted again.
 */
public final class Retraining {

  /**
   * What is asked for.
   *
   * @param gate decides which model may become the champion
   * @param fromChampion whether a new run begins with the champion's parameters, if there is one
   * @param executorWait how long to wait for the cluster's first executor
   * @param leaseWait how long to wait for another driver that holds the run
   * @param user who promotes
   * @param card what is written beside the model
   */
  public record Request(
      Recipe recipe,
      Gate gate,
      boolean fromChampion,
      Duration executorWait,
      Duration leaseWait,
      String user,
      Promotion.Card card) {}

  private final JavaSparkContext spark;
  private final Stores stores;
  private final Request request;
  private final Recipe recipe;
  private final TrainingListener training;
  private final Consumer<RetrainingEvent> listener;
  private final Models models;
  private final ObjectStore run;

  /** The training under way, and the exit code of a stop that was asked for; both under a lock. */
  private TrainingJob job;

  private Integer stopCode;

  /**
   * A retraining; nothing is read or written yet.
   *
   * @param training receives the events of the training
   * @param listener receives the outcome of each step
   */
  public Retraining(
      JavaSparkContext spark,
      Stores stores,
      Request request,
      TrainingListener training,
      Consumer<RetrainingEvent> listener) {
    this.spark = spark;
    this.stores = stores;
    this.request = request;
    this.recipe = request.recipe();
    this.training = training;
    this.listener = listener;
    this.models = new Models(stores.open(recipe.models()));
    this.run = stores.open(recipe.location());
  }

  /**
   * Runs the steps that are left.
   *
   * @return how the training ended; if it was interrupted, the later steps are not run
   * @throws org.googlenet.common.Problem of the step that failed, or of the gate that said no
   */
  public TrainingJob.End run() {
    try {
      TrainingSetup setup =
          Preflight.of(spark, recipe, stores, request.executorWait()).require().setup();
      if (RunHistory.read(run).newest().isEmpty()) {
        validate(setup.badRecords());
      }
      TrainingJob.End end = train(setup);
      if (end != TrainingJob.End.INTERRUPTED) {
        SavedModel challenger = SavedModel.open(stores, run.location());
        if (decide(challenger, setup).decision().equals(GateRecord.YES)) {
          promote(challenger); // it is not the champion already
        }
        prune();
      }
      return end;
    } catch (IOException e) {
      throw StorageProblem.at(run.location(), e);
    }
  }

  /**
   * Asks a running training to end, as {@link TrainingJob#stop(int)} does; other steps go on, or
   * end when Spark is stopped.
   */
  public void stop(int exitCode) {
    TrainingJob underWay;
    synchronized (this) {
      stopCode = exitCode;
      underWay = job;
    }
    if (underWay != null) {
      underWay.stop(exitCode);
    }
  }

  private void validate(BadRecordLimit limit) {
    List<String> sets = List.of(recipe.data().train(), recipe.data().validation());
    ValidateJob.Report report =
        new ValidateJob(spark, stores).run(sets, Optional.of(recipe.model().classes()));
    listener.accept(new RetrainingEvent.Validated(report));
    report.requireUsable(limit);
  }

  private TrainingJob.End train(TrainingSetup setup) {
    TrainingJob.Options options =
        TrainingJob.Options.NONE
            .beginningWithChampion(request.fromChampion())
            .waiting(request.leaseWait());
    TrainingJob next = new TrainingJob(spark, setup, stores, options, training);
    synchronized (this) {
      if (stopCode != null) {
        return TrainingJob.End.INTERRUPTED;
      }
      job = next;
    }
    try {
      return next.run();
    } finally {
      synchronized (this) {
        job = null;
      }
    }
  }

  private GateRecord decide(SavedModel challenger, TrainingSetup setup) throws IOException {
    GateJob.Verdict verdict =
        new GateJob(
                spark,
                models,
                setup.validation(),
                setup.badRecords(),
                request.gate(),
                (model, cores) -> RecipeNetwork.engine(recipe, model.configuration(), cores),
                choice -> listener.accept(new RetrainingEvent.EngineChosen(choice)))
            .run(challenger);
    if (verdict.evaluation() != null) {
      listener.accept(new RetrainingEvent.Evaluated(verdict.evaluation()));
    }
    listener.accept(new RetrainingEvent.Gated(verdict.record()));
    verdict.requireYes();
    return verdict.record();
  }

  private void promote(SavedModel challenger) throws IOException {
    Promotion.Request promotion =
        new Promotion.Request(
            challenger.version(),
            TrainedModel.BLOBS,
            request.user(),
            "retrain",
            true,
            request.card());
    Promotion made = Promotion.of(challenger, models, promotion, Clock.systemUTC());
    listener.accept(new RetrainingEvent.Promoted(made, challenger.blobs().location()));
    register(made);
  }

  private void register(Promotion promotion) {
    Recipe.Report.Mlflow mlflow = recipe.report().mlflow();
    if (mlflow.isOn()) {
      listener.accept(
          new RetrainingEvent.Registered(
              new MlflowPromotion("report.mlflow.uri", mlflow.uri(), mlflow.model())
                  .register(promotion, stores)));
    }
  }

  /** Takes the run only if there is something to delete, so that a second call changes nothing. */
  private void prune() throws IOException {
    Retention retention = recipe.retention();
    Clock clock = Clock.systemUTC();
    Pruning plan = Pruning.plan(run, retention, clock);
    Pruning pruning =
        plan.deleted().isEmpty()
            ? plan
            : Pruning.of(run, retention, Lease.newOwner(), recipe.checkpoint().lease(), clock);
    listener.accept(new RetrainingEvent.Pruned(run.location(), pruning));
  }
}
