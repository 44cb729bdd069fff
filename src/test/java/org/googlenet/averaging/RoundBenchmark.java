package org.googlenet.averaging;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import org.googlenet.data.BatchesAhead;
import org.googlenet.data.Dataset;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.googlenet.recipe.Recipe.Compression;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench rounds}: what a round costs beside its local steps, on a cluster of two
 * executor processes.
 *
 * <p>First with oneDNN's engine and real local steps: the share of the round's time outside of
 * them, and the images per second of the two executors together, in turn with one process that
 * computes with two threads on as many images. Then with a stand-in for the local steps and more
 * and more workers, on a state of the full size: time, bytes through the driver's process, and in a
 * round of its own the driver's heap that is alive at once.
 */
@Command(
    name = "scripts/bench rounds",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures what a round costs beside its local steps, on two executors of one core each.",
      "Takes most of an hour with the defaults, and 30 GB in the folder for temporary files"
          + " (java.io.tmpdir) for 256 workers. Leave the machine alone meanwhile."
    })
public final class RoundBenchmark implements Callable<Integer> {

  private static final int EXECUTORS = 2;

  /** So many rounds with a stand-in until Java has compiled what a round runs. */
  private static final int WARM_UP_ROUNDS = 60;

  private static final int WARM_UP_ROUNDS_OF_STEPS = 3;
  private static final int WARM_UP_STEPS = 2;

  /** Parameters of a state whose way costs nothing, and numbers of workers to compare. */
  private static final int SMALL = 1_000;

  private static final int FEW = 16;
  private static final int MANY = 128;

  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  /** A part of the benchmark. */
  enum Part {
    LOCAL_STEPS,
    WORKERS
  }

  @Option(
      names = "--only",
      paramLabel = "local_steps|workers",
      description = "Only the rounds of real local steps, or only those with a stand-in.")
  private Part only;

  @Option(
      names = "--local-steps",
      split = ",",
      defaultValue = "10,50,200",
      paramLabel = "STEPS",
      description = "Local steps of a worker in a round (default: ${DEFAULT-VALUE}).")
  private List<Integer> localSteps;

  @Option(
      names = "--steps",
      defaultValue = "100",
      description =
          "As many rounds of each as make so many local steps, at least one (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--workers",
      split = ",",
      defaultValue = "2,4,8,16,32,64,128,256",
      paramLabel = "WORKERS",
      description = "Workers of a round with a stand-in (default: ${DEFAULT-VALUE}).")
  private List<Integer> workers;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description =
          "Rounds with a stand-in, up to 16 workers; fewer for more, at least one (default:"
              + " ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--parameters",
      description =
          "Number of parameters of the state with a stand-in (default: the network's); with few of"
              + " them Spark's own work is left.")
  private Integer parameters;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images of a local step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--side",
      defaultValue = "224",
      description = "Height and width of an image (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--classes",
      defaultValue = "1000",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--compression",
      defaultValue = "none",
      paramLabel = "none|bf16|fp16",
      description = "averaging.compression (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  @Option(
      names = "--executor-memory",
      defaultValue = "3072",
      paramLabel = "MIB",
      description = "Heap of an executor (default: ${DEFAULT-VALUE}).")
  private int executorMemory;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's; may be given several times.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--master",
      description = "Spark's master (default: local-cluster with two executors of one core).")
  private String master;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json: one object on one line.")
  private Format format;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the benchmark and ends the JVM with 0, or 2 for a wrong call. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new RoundBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    RoundFigures metrics = new RoundFigures(setting());
    try (BenchmarkCluster cluster = new BenchmarkCluster(master(), executorMemory, settings)) {
      TrainingState state = state();
      if (only != Part.WORKERS) {
        measureLocalSteps(cluster, state, metrics);
      }
      if (only != Part.LOCAL_STEPS) {
        measureWorkers(cluster, parameters == null ? state : random(parameters), metrics);
      }
    } finally {
      BatchesAhead.closeBegun();
      Engines.closeIdle();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(format == Format.JSON ? metrics.toJson() + "\n" : metrics.toText());
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private String master() {
    return master != null
        ? master
        : String.format(Locale.ROOT, "local-cluster[%d,1,%d]", EXECUTORS, executorMemory);
  }

  private void measureLocalSteps(
      BenchmarkCluster cluster, TrainingState state, RoundFigures metrics) throws Exception {
    int most = Math.max(Collections.max(localSteps), WARM_UP_STEPS);
    say("local steps: writing %d images", EXECUTORS * most * batch);
    Dataset dataset =
        PhotoSizedImages.write(cluster.folder().resolve("data"), EXECUTORS * most * batch, classes);
    LocalWork work = new LocalWork(dataset, engineSpec(), batch, side, EXECUTORS);
    say("warm-up");
    try (RoundClock clock = new RoundClock(cluster.spark(), compression, state)) {
      warmUp(clock);
    }
    try (RoundClock clock = new RoundClock(cluster.spark(), compression, state)) {
      for (int round = 0; round < WARM_UP_ROUNDS_OF_STEPS; round++) {
        clock.time(EXECUTORS, pace -> work.ofRound(WARM_UP_STEPS, pace));
        work.alone(state, WARM_UP_STEPS);
      }
      for (int count : localSteps) {
        int times = Math.max(1, steps / count);
        say("local steps: %d, %d rounds", count, times);
        List<RoundCost> costs = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        for (int round = 0; round < times; round++) {
          costs.add(clock.time(EXECUTORS, pace -> work.ofRound(count, pace)));
          alone.add(work.alone(state, count));
        }
        metrics.put(count, metrics(count, costs, alone));
        say("local steps: %d: %s; one process: %s", count, costs, alone);
      }
    }
    metrics.put(extrapolation(cluster, state, metrics));
  }

  /** From the number of local steps that most rounds were measured with. */
  private Extrapolation extrapolation(
      BenchmarkCluster cluster, TrainingState state, RoundFigures metrics) {
    int count = Collections.min(localSteps);
    RoundFigures.LocalSteps measured = metrics.localSteps(count);
    long values = (long) state.parameters().length + state.momentum().length;
    return new Extrapolation(
        measured.parts().get(RoundCost.STEPS) / count,
        RoundFigures.outside(measured.parts()),
        secondsOfAWorker(cluster),
        values * (compression == Compression.NONE ? Float.BYTES : Short.BYTES));
  }

  /** What a further worker adds to a round whose state is so small that only Spark works. */
  private double secondsOfAWorker(BenchmarkCluster cluster) {
    say("stand-in: what Spark does for each worker");
    try (RoundClock clock = new RoundClock(cluster.spark(), compression, random(SMALL))) {
      double few = seconds(clock, FEW);
      double many = seconds(clock, MANY);
      return Math.max(0, (many - few) / (MANY - FEW));
    }
  }

  private double seconds(RoundClock clock, int count) {
    standIn(clock, count);
    List<RoundCost> costs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      costs.add(standIn(clock, count));
    }
    return RoundFigures.median(costs, RoundCost::seconds);
  }

  private RoundFigures.LocalSteps metrics(int count, List<RoundCost> costs, List<Double> alone) {
    double images = (double) count * batch;
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < costs.size(); i++) {
      ratios.add(EXECUTORS * alone.get(i) / costs.get(i).seconds());
    }
    return new RoundFigures.LocalSteps(
        costs.size(),
        RoundFigures.median(costs, cost -> cost.outsideSeconds() / cost.seconds()),
        RoundFigures.median(costs, RoundCost::seconds),
        RoundFigures.middle(costs).parts(),
        RoundFigures.median(costs, cost -> EXECUTORS * images / cost.seconds()),
        RoundFigures.median(alone, seconds -> images / seconds),
        RoundFigures.median(ratios, ratio -> ratio));
  }

  private void measureWorkers(BenchmarkCluster cluster, TrainingState state, RoundFigures metrics)
      throws InterruptedException {
    try (RoundClock clock = new RoundClock(cluster.spark(), compression, state)) {
      say("warm-up");
      warmUp(clock);
      for (int count : workers) {
        int times = Math.max(1, Math.min(rounds, 16 * rounds / count));
        say("stand-in: %d workers, %d rounds", count, times);
        List<RoundCost> costs = new ArrayList<>();
        for (int round = 0; round < times; round++) {
          costs.add(standIn(clock, count));
        }
        RoundFigures.Workers measured =
            new RoundFigures.Workers(
                times,
                RoundFigures.median(costs, RoundCost::seconds),
                RoundFigures.middle(costs).parts(),
                driverBytes(costs),
                LiveHeap.peak(() -> standIn(clock, count)));
        say("stand-in: %d workers: %s", count, measured);
        metrics.put(count, measured);
      }
    }
  }

  private static void warmUp(RoundClock clock) {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      standIn(clock, EXECUTORS);
    }
  }

  private static RoundCost standIn(RoundClock clock, int count) {
    return clock.time(count, pace -> new StandIn());
  }

  private static OptionalLong driverBytes(List<RoundCost> costs) {
    return costs.stream().allMatch(cost -> cost.driverBytes().isPresent())
        ? OptionalLong.of((long) RoundFigures.median(costs, cost -> cost.driverBytes().getAsLong()))
        : OptionalLong.empty();
  }

  private EngineSpec engineSpec() {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.001, 0), 5);
    GoogLeNet network =
        new GoogLeNet(classes, side, Initialisation.XAVIER, 0.2, 0.4, 0.7, LossWeights.PAPER);
    return EngineSpec.of(network.configuration(sgd, 2e-4, 1).toJson())
        .withBatch(batch)
        .withKind(EngineKind.ONEDNN);
  }

  /** The beginning of a training. */
  private TrainingState state() {
    try (Dl4jEngine fresh = new Dl4jEngine(engineSpec().configuration())) {
      float[] parameters = new float[fresh.parameters()];
      fresh.readParameters(parameters);
      return TrainingState.beginning(parameters, new float[parameters.length], 0);
    }
  }

  private static TrainingState random(int length) {
    Random random = new Random(1);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return TrainingState.beginning(values, values.clone(), 0);
  }

  private Map<String, Object> setting() {
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("executors", EXECUTORS);
    setting.put("batch", batch);
    setting.put("side", side);
    setting.put("classes", classes);
    setting.put("compression", compression.name().toLowerCase(Locale.ROOT));
    setting.put("master", master());
    if (parameters != null) {
      setting.put("parameters", parameters);
    }
    setting.put("cores", Runtime.getRuntime().availableProcessors());
    setting.put("java", System.getProperty("java.vm.version"));
    settings.forEach(setting::put);
    return setting;
  }

  private static void say(String format, Object... values) {
    System.err.printf(Locale.ROOT, "bench: " + format + "%n", values);
  }
}
