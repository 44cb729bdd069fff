package org.googlenet.preflight;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.data.format.Range;
import org.googlenet.engine.Engine;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;
import org.googlenet.recipe.Recipe;
import org.googlenet.spark.JobText;
import org.googlenet.training.TrainingSetup;

/**
 * What a training would do and need, without training: its rounds, the shards of each worker, its
 * time estimated from a few measured steps, its memory, and the size of its checkpoints.
 *
 * @param rounds of the whole training
 * @param steps global steps of the whole training
 * @param examples of the whole training, over all workers
 * @param shares what each worker reads in the first round
 * @param stepSeconds of a local step, the median of {@value #TIMED}
 * @param passSeconds of a forward pass of one batch in an evaluation, likewise
 * @param waves how many times all slots are filled with tasks in one round; more than 1 if there
 *     are fewer slots than workers
 * @param trainingSeconds of all local steps, without the other parts of a round
 * @param evaluations of the whole training
 * @param evaluationSeconds of all evaluations together
 * @param parameters of the network
 * @param workerBytes memory of a worker outside the Java heap; 0 if it is not known
 * @param checkpointBytes parameters, momentum and outer momentum of one checkpoint
 * @param checkpoints the most that are kept at a time, not counting those of keepEvery
 */
public record DryRun(
    int rounds,
    int steps,
    long examples,
    List<Share> shares,
    double stepSeconds,
    double passSeconds,
    int waves,
    double trainingSeconds,
    int evaluations,
    double evaluationSeconds,
    long parameters,
    long workerBytes,
    long checkpointBytes,
    int checkpoints) {

  private static final int WARM_UP = 2;
  private static final int TIMED = 3;

  /** What a worker reads in a round: how many records, from how many shards. */
  public record Share(int worker, long records, int shards) {}

  /** Seconds per step and per pass, and the network's number of parameters. */
  private record Speed(double step, double pass, long parameters) implements Serializable {}

  /** Measures and plans. */
  public static DryRun of(JavaSparkContext spark, Preflight.Start start) {
    TrainingSetup setup = start.setup();
    Recipe recipe = setup.recipe();
    EngineChoice engine = start.engine();
    int slots = start.slots();
    RoundPlan plan = setup.plan();
    int workers = recipe.averaging().workers();
    int waves = (workers + slots - 1) / slots;
    Speed speed =
        JobText.during(
            spark,
            "dry run of run " + recipe.run() + ": time of a step",
            () -> speed(spark, recipe, engine.spec(), Math.min(slots, workers)));
    int evaluations = evaluations(plan.rounds(), recipe.evaluation().every());
    long passes =
        (setup.validation().records() + recipe.training().batch() - 1) / recipe.training().batch();
    long passesOfSlot = (passes + slots - 1) / slots;
    int vectors = recipe.averaging().outer().kind() == Recipe.OuterKind.AVERAGE ? 2 : 3;
    return new DryRun(
        plan.rounds(),
        plan.steps(),
        plan.examplesFrom(0),
        shares(plan, workers),
        speed.step(),
        speed.pass(),
        waves,
        plan.steps() * speed.step() * waves,
        evaluations,
        evaluations * speed.pass() * passesOfSlot,
        speed.parameters(),
        engine.plannedBytes(),
        (long) vectors * Float.BYTES * speed.parameters(),
        recipe.checkpoint().keepLast() + recipe.checkpoint().keepBest());
  }

  private static int evaluations(int rounds, int every) {
    return every == 0 ? 1 : (rounds + every - 1) / every; // always after the last round
  }

  private static List<Share> shares(RoundPlan plan, int workers) {
    List<Share> shares = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      List<Range> ranges = plan.data().ranges(plan.round(0).section(), List.of(), worker);
      TreeSet<Integer> shards = new TreeSet<>();
      ranges.forEach(range -> shards.add(range.shard()));
      shares.add(new Share(worker, ranges.stream().mapToLong(Range::records).sum(), shards.size()));
    }
    return shares;
  }

  /** The slowest of as many tasks as run at a time in a round, since they share machines. */
  private static Speed speed(JavaSparkContext spark, Recipe recipe, EngineSpec spec, int atATime) {
    int side = recipe.model().side();
    int classes = recipe.model().classes();
    List<Integer> tasks = IntStream.range(0, atATime).boxed().toList();
    return spark
        .parallelize(tasks, atATime)
        .map(task -> measure(spec, side, classes))
        .reduce((a, b) -> a.step() > b.step() ? a : b);
  }

  private static Speed measure(EngineSpec spec, int side, int classes) {
    Random random = new Random(1);
    float[] pixels = new float[spec.batch() * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(spec.batch(), 0, classes).toArray();
    String[] keys = new String[spec.batch()];
    Arrays.fill(keys, "none");
    Batch batch = new Batch(pixels, labels, List.of(keys));
    try (Engines.Loan loan = Engines.borrow(spec)) {
      Engine engine = loan.engine();
      double step = median(() -> engine.step(batch, 0, 1));
      double pass = median(() -> engine.probabilities(batch));
      long parameters = engine.parameters();
      loan.done();
      return new Speed(step, pass, parameters);
    }
  }

  private static double median(Runnable work) {
    double[] seconds = new double[TIMED];
    for (int i = -WARM_UP; i < TIMED; i++) {
      long start = System.nanoTime();
      work.run();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    return seconds[TIMED / 2];
  }
}
