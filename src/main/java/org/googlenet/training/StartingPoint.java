package org.googlenet.training;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.googlenet.averaging.TrainingState;
import org.googlenet.common.Problem;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.recipe.Recipe;
import org.googlenet.registry.Models;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.Lease;
import org.googlenet.run.Quarantine;
import org.googlenet.run.RunHistory;
import org.googlenet.run.StateFile;
import org.googlenet.storage.Stores;

/**
 * Finds what a training begins or goes on with: the run's newest checkpoint, a later state that was
 * kept on this machine, the parameters of another model, or fresh ones.
 */
final class StartingPoint {

  private final TrainingSetup setup;
  private final Stores stores;
  private final String location;
  private final TrainingJob.Options options;
  private final LocalState local;
  private final TrainingListener listener;

  private Optional<StateFile.Initial> initial = Optional.empty();
  private Optional<String> champion;

  /** Does not read anything yet. */
  StartingPoint(
      TrainingSetup setup, Stores stores, TrainingJob.Options options, TrainingListener listener) {
    this.setup = setup;
    this.stores = stores;
    this.location = setup.recipe().location();
    this.options = options;
    this.local = LocalState.of(setup.recipe());
    this.listener = listener;
  }

  /**
   * A state, and where it comes from.
   *
   * @param metrics of its evaluation; empty if it was not evaluated
   * @param quarantine the records that were passed over up to there
   * @param checkpoint the name of the checkpoint that contains it; empty at the beginning
   * @param stateFile of the checkpoint
   * @param kept the copy on this machine, if the state is not in the run yet
   */
  record Found(
      TrainingState state,
      Map<String, Double> metrics,
      Quarantine quarantine,
      Optional<String> checkpoint,
      Optional<StateFile> stateFile,
      Optional<LocalState.Found> kept) {

    /** Whether it is a checkpoint of the run. */
    boolean isSaved() {
      return checkpoint.isPresent() && kept.isEmpty();
    }
  }

  /** The model that the run began with, if any; known once a state was found. */
  Optional<StateFile.Initial> initial() {
    return initial;
  }

  /**
   * The state to go on from.
   *
   * @throws ResumeProblem if the recipe does not match the run's
   */
  Found find(Lease lease) throws IOException {
    Optional<LocalState.Found> kept = kept(lease);
    return kept.isPresent()
        ? at(kept.get().checkpoint(), kept, this::warn)
        : withoutKept(lease, this::warn);
  }

  /** The same without what was kept on this machine, as a rewind needs it. */
  Found withoutKept(Lease lease) throws IOException {
    return withoutKept(lease, line -> {}); // what is to be said was said at the beginning
  }

  private Found withoutKept(Lease lease, Consumer<String> warnings) throws IOException {
    return lease.start().isPresent()
        ? at(new Checkpoint(lease.run(), lease.start().get()), Optional.empty(), warnings)
        : new Found(
            beginning(),
            Map.of(),
            Quarantine.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  private Found at(
      Checkpoint checkpoint, Optional<LocalState.Found> kept, Consumer<String> warnings)
      throws IOException {
    StateFile saved = CheckpointCodec.readStateFile(checkpoint);
    new RunIdentity(location, setup.recipe(), setup.train(), options).require(saved, warnings);
    initial = Optional.ofNullable(saved.initial());
    return new Found(
        CheckpointCodec.read(checkpoint, saved, setup.layout().length()),
        checkpoint.manifest().metadata().metrics(),
        CheckpointCodec.readQuarantine(checkpoint),
        Optional.of(checkpoint.manifest().id().toString()),
        Optional.of(saved),
        kept);
  }

  /**
   * The state that was kept on this machine, if it follows what the run has; not for a run that is
   * begun anew.
   */
  private Optional<LocalState.Found> kept(Lease lease) throws IOException {
    if (options.restart()) {
      return Optional.empty();
    }
    Optional<LocalState.Found> following = Optional.empty();
    for (LocalState.Found found : local.find(problem -> warn(passedOver(problem)))) {
      if (found.isInRun(lease)) {
        LocalState.delete(found.folder());
      } else if (found.follows(lease, RunHistory.read(lease.run()).terms())) {
        following = following.or(() -> Optional.of(found));
      } else {
        warn(passedOver(found));
      }
    }
    following.ifPresent(found -> warn(takingUp(found)));
    return following;
  }

  /** A warning: although the kept state is damaged, the training can go on from the run's own. */
  private static String passedOver(Problem damage) {
    return "what was kept on this machine is passed over: " + damage.getMessage();
  }

  private String passedOver(LocalState.Found found) {
    return String.format(
        Locale.ROOT,
        "%s: a state of round %d that was kept there does not follow what %s has by now, and is passed over; delete the folder",
        found.folder(),
        found.round(),
        location);
  }

  private static String takingUp(LocalState.Found found) {
    return String.format(
        Locale.ROOT, "taking up round %d, which was kept in %s", found.round(), found.folder());
  }

  private void warn(String message) {
    listener.on(new TrainingEvent.Warned(message));
  }

  /**
   * The state that a new run begins with; reads the model that it is to begin with.
   *
   * @throws Problem if there is no such model, or it does not fit
   */
  TrainingState beginning() throws IOException {
    TrainingState beginning = setup.beginning();
    Optional<String> champion = options.fromChampion() ? champion() : Optional.empty();
    withoutEffect(champion).ifPresent(this::warn);
    Optional<InitialModel> model =
        champion.isPresent()
            ? Optional.of(ofChampion(champion.get(), beginning))
            : options.startFrom(setup.recipe()).map(source -> ofSource(source, beginning));
    return model.isPresent() ? beginningWith(model.get(), beginning) : beginning;
  }

  /** What the recipe says about weights to begin with that are not there, or are taken whole. */
  private Optional<String> withoutEffect(Optional<String> champion) {
    Recipe.Start start = setup.recipe().start();
    if (!start.replace().isEmpty() && champion.isPresent()) {
      return Optional.of(
          "start.replace %s: without effect, as a champion is taken whole; name it in start.from"
              .formatted(start.replace()));
    }
    boolean isFresh = champion.isEmpty() && options.startFrom(setup.recipe()).isEmpty();
    if (isFresh && !(start.replace().isEmpty() && start.strict())) {
      return Optional.of(
          "start.replace %s, start.strict %s: without effect, as all weights are fresh; set start.from"
              .formatted(start.replace(), start.strict()));
    }
    return Optional.empty();
  }

  /**
   * The champion. It is looked up once, so that a rewind to the beginning leads to the same
   * parameters as before.
   */
  private Optional<String> champion() throws IOException {
    if (champion == null) {
      String folder = setup.recipe().models();
      Models models = new Models(stores.open(folder));
      champion =
          models.isEmpty() ? Optional.empty() : Optional.of(models.champion().blobs().location());
      if (champion.isEmpty()) {
        listener.on(new TrainingEvent.NoChampion(folder));
      }
    }
    return champion;
  }

  private InitialModel ofChampion(String location, TrainingState beginning) {
    TrainedModel trained = TrainedModel.open(stores, location);
    return InitialModel.of(location, trained, setup.recipe(), beginning.parameters().length);
  }

  private InitialModel ofSource(String location, TrainingState beginning) {
    return InitialModel.of(
        location,
        WeightSource.open(stores, location),
        setup.recipe(),
        setup.layout(),
        beginning.parameters());
  }

  /** The beginning, but with the parameters of a model. */
  private TrainingState beginningWith(InitialModel model, TrainingState beginning) {
    StateFile.Initial begun = model.initial();
    initial = Optional.of(begun);
    model.warnings().forEach(this::warn);
    listener.on(new TrainingEvent.Initialised(begun.from(), begun.parametersSha256()));
    return TrainingState.beginning(model.parameters(), beginning.momentum(), 0);
  }
}
