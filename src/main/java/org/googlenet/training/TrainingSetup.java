package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.averaging.OuterOptimizer;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.Head;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.Parts;
import org.googlenet.recipe.EpochEngines;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * What a recipe leads to before anything is trained: its data sets, its plan of rounds, its
 * network, and the engine that it asks for.
 */
public final class TrainingSetup {

  private final Recipe recipe;
  private final Dataset train;
  private final Dataset validation;
  private final RoundPlan plan;
  private final EngineSpec wanted;
  private final List<Head> heads;
  private final ParameterLayout layout;

  private TrainingSetup(Recipe recipe, Dataset train, Dataset validation, int cores) {
    this.recipe = recipe;
    this.train = train;
    this.validation = validation;
    this.plan = RoundPlan.of(recipe, train.recordsPerShard());
    ComputationGraphConfiguration network = RecipeNetwork.of(recipe, schedule(0));
    this.wanted = wanted(network.toJson(), cores);
    this.heads = Head.of(network);
    this.layout = ParameterLayout.of(network);
  }

  /**
   * Opens the data sets.
   *
   * @throws DataProblem if a data set is missing or empty, or its classes are not the recipe's
   * @throws StorageProblem if the storage cannot be read
   */
  public static TrainingSetup open(JavaSparkContext spark, Recipe recipe, Stores stores) {
    return of(
        spark,
        recipe,
        dataset(recipe, stores, recipe.data().train()),
        dataset(recipe, stores, recipe.data().validation()));
  }

  /**
   * The same for data sets that are open.
   *
   * @throws DataProblem if their classes differ
   */
  public static TrainingSetup of(
      JavaSparkContext spark, Recipe recipe, Dataset train, Dataset validation) {
    validation.requireClassesOf(train);
    int cores = TaskCores.of(spark);
    return new TrainingSetup(recipe, train, validation, cores);
  }

  /**
   * Opens one of the recipe's data sets.
   *
   * @throws DataProblem if it is missing or empty, or its classes are not the recipe's
   * @throws StorageProblem if the storage cannot be read
   */
  public static Dataset dataset(Recipe recipe, Stores stores, String place) {
    Dataset dataset = Dataset.open(stores, place);
    dataset.requireClasses(recipe.model().classes());
    Recipe.Cache cache = recipe.data().cache();
    boolean isAuto = cache.folder().equals(Recipe.Cache.AUTO_FOLDER);
    return dataset.keptIn(isAuto ? null : cache.folder(), cache.bytes());
  }

  private EngineSpec wanted(String configuration, int cores) {
    EngineSpec spec = RecipeNetwork.engine(recipe, configuration, cores);
    return recipe.averaging().master() == Recipe.Master.DL4J ? spec.byDl4j() : spec;
  }

  public Recipe recipe() {
    return recipe;
  }

  /** How images become tensors. */
  public Decoding decoding() {
    return recipe.input();
  }

  /** The data to train on. */
  public Dataset train() {
    return train;
  }

  /** The data to evaluate on. */
  public Dataset validation() {
    return validation;
  }

  /** How many records of each data set that cannot be used are passed over. */
  public BadRecordLimit badRecords() {
    return new BadRecordLimit(recipe.data().quarantine(), "data.quarantine");
  }

  /** One line per setting of the recipe that does not have the effect that one may expect. */
  public List<String> warnings() {
    List<String> lines = new ArrayList<>();
    int workers = recipe.averaging().workers();
    long idle = workers - train.records();
    if (idle > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "averaging.workers %d: %d of them never have a record, as the data set has only %d; lower it",
              workers,
              idle,
              train.records()));
    }
    if (recipe.averaging().quorum() < 1 && !plan.round(0).endsEpoch()) {
      lines.add(
          "averaging.quorum %s: rounds are cut where the fastest workers are, so the result is not repeatable"
              .formatted(recipe.averaging().quorum()));
    }
    Set<String> fresh = new TreeSet<>(Parts.layers(recipe.start().replace()));
    fresh.retainAll(recipe.fineTuning().atLast().frozen());
    if (recipe.start().source().isPresent() && !fresh.isEmpty()) {
      lines.add(
          "start.replace: %s: frozen throughout, so the fresh weights stay as they are; leave it out of freeze, or unfreeze it"
              .formatted(String.join(", ", fresh)));
    }
    int epochs = plan.epochOf(plan.rounds() - 1) + 1;
    recipe
        .fineTuning()
        .unfreeze()
        .tailMap(epochs + 1)
        .forEach(
            (epoch, names) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "unfreeze %d %s: the training ends with epoch %d, so they stay as they are; name an earlier epoch",
                        epoch,
                        names,
                        epochs)));
    return lines;
  }

  public RoundPlan plan() {
    return plan;
  }

  /** The engine that the recipe asks for; its kind may be {@code AUTO}. */
  public EngineSpec wanted() {
    return wanted;
  }

  /** The same for the epochs that train most layers, and so need most memory. */
  public EngineSpec largest() {
    return new EpochEngines(recipe, wanted).largest();
  }

  /** The network's heads, in the order of its outputs. */
  List<Head> heads() {
    return heads;
  }

  /** Where the network's parameters lie in a state. */
  ParameterLayout layout() {
    return layout;
  }

  /** Whether nothing is left to do in a training: all rounds are done and evaluated. */
  boolean isDone(TrainingState state, Map<String, Double> metrics) {
    return state.round() >= plan.rounds() && !lacksEvaluation(state, metrics);
  }

  /**
   * Whether a state is due for evaluation and was not evaluated yet.
   *
   * @param metrics of its evaluation; empty if it was not evaluated
   */
  boolean lacksEvaluation(TrainingState state, Map<String, Double> metrics) {
    return state.round() > 0
        && metrics.isEmpty()
        && plan.isDue(state.round(), recipe.evaluation().every());
  }

  /**
   * What makes a round's average the next state, in an epoch from 0 on; it leaves frozen parameters
   * as they are.
   */
  public OuterOptimizer outer(int epoch) {
    Set<String> frozen = recipe.fineTuning().in(epoch).frozen();
    return OuterOptimizer.keeping(
        layout.of(frozen), OuterOptimizer.of(recipe.averaging().outer(), layout));
  }

  /** The learning rate of a global step, without rewinds. */
  public double learningRate(int step) {
    return schedule(0).at(step);
  }

  /** The learning rate by global step, after this many rewinds. */
  LearningRateSchedule schedule(int rewinds) {
    return RecipeNetwork.schedule(recipe, plan.steps(), rewinds);
  }

  /** JSON of the network as it is trained after this many rewinds. */
  String configuration(int rewinds) {
    return RecipeNetwork.of(recipe, schedule(rewinds)).toJson();
  }

  /**
   * The state of a run before its first round, with the initial weights that the seed determines.
   */
  public TrainingState beginning() {
    try (Dl4jEngine fresh = new Dl4jEngine(wanted.configuration())) {
      float[] parameters = new float[fresh.parameters()];
      fresh.readParameters(parameters);
      return TrainingState.beginning(parameters, new float[parameters.length], 0);
    }
  }
}
