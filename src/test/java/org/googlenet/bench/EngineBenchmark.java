package org.googlenet.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.Engine;
import org.googlenet.engine.NativeThreads;
import org.googlenet.engine.OneDnnEngine;
import org.googlenet.engine.Precision;
import org.googlenet.engine.onednn.ConvolutionLimits;
import org.googlenet.model.Batch;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LayerTraining;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.Parts;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench engine}: times a training step and a forward pass of the engines, against
 * the bare convolutions of the network in the same process and against PyTorch.
 *
 * <p>A training step is the whole local step on a batch of random images: all three heads, loss,
 * clipping, update. A forward pass yields the main head's probabilities. DL4J comes first and
 * alone, as its step takes as long as twenty of the others'. Then oneDNN's engine and the limits
 * take turns, half of them before PyTorch's processes and half of them after, each turn right after
 * an untimed run of the same.
 *
 * <p>A limit is the sum of all convolutions of a step, each warm: forward, gradient by weights, and
 * gradient by data but for the first; a forward limit is forward only. {@code peak_native_bytes} is
 * what onednn plans for training in fp32, parameters, gradient and momentum included, and for
 * PyTorch the largest resident size of the process of its best fp32 training.
 */
@Command(
    name = "scripts/bench engine",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Times training steps and forward passes: DL4J as shipped, oneDNN's engine, the bare"
          + " convolutions, and PyTorch if there is one.",
      "Takes some minutes, and with --peer some tens of minutes. Leave the machine alone meanwhile;"
          + " only ratios within one run count."
    })
public final class EngineBenchmark implements Callable<Integer> {

  private static final int WARM_UP = 4;

  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images of a step (default: ${DEFAULT-VALUE}).")
  private int batchSize;

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

  @Option(names = "--threads", description = "Threads to compute with (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--steps",
      defaultValue = "10",
      description =
          "Timed steps, of which the median counts, after "
              + WARM_UP
              + " untimed ones (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--dl4j-steps",
      defaultValue = "3",
      description = "The same for DL4J; 0 leaves it out (default: ${DEFAULT-VALUE}).")
  private int dl4jSteps;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      description =
          "A Python that has PyTorch: measures it plain, with a malloc that keeps memory, and"
              + " compiled; the best of each counts. Compiling needs g++.")
  private String peer;

  @Option(names = "--peer-script", required = true, hidden = true)
  private Path peerScript;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json: one object on one line.")
  private Format format;

  @Option(
      names = "--profile",
      description =
          "Says instead what takes the time of a training step of oneDNN's engine, by kind of"
              + " operation, and what the whole step takes.")
  private boolean profile;

  @Option(
      names = "--frozen",
      description =
          "Says instead what training steps of oneDNN's engine take with nothing frozen, with stem"
              + " to 4e frozen, and with all but the classifiers frozen.")
  private boolean frozen;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the benchmark and ends the JVM with 0, or 2 for a wrong call or a peer that fails. */
  public static void main(String[] arguments) {
    BenchmarkMain.run(new EngineBenchmark(), "engine", arguments);
  }

  @Override
  public Integer call() {
    NativeThreads.use(threads);
    if (profile) {
      Machine.precisions().forEach(this::profile);
      return CommandLine.ExitCode.OK;
    }
    if (frozen) {
      Machine.precisions().forEach(this::measureFrozen);
      return CommandLine.ExitCode.OK;
    }
    Results results = new Results(setting());
    Batch batch = randomBatch();
    if (dl4jSteps > 0) {
      measureDl4j(batch, results);
    }
    measureTheOthers(batch, results);
    PrintWriter out = spec.commandLine().getOut();
    out.print(format == Format.JSON ? results.toJson() + "\n" : results.toText());
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private void profile(Precision precision) {
    Batch batch = randomBatch();
    Turns turns = new Turns();
    try (OneDnnEngine engine = engine(precision)) {
      turns.add(Results.ONEDNN, figure("train", precision), () -> engine.step(batch, 0, 1));
      turns.warmUp(WARM_UP);
      turns.take(steps);
      StringBuilder text = new StringBuilder(name(precision) + "\n");
      text.append(StepProfile.of(engine, steps));
      turns.medians().values().forEach(s -> StepProfile.line(text, "whole step", 1e3 * s));
      PrintWriter out = spec.commandLine().getOut();
      out.println(text);
      out.flush();
    }
  }

  /** By what is frozen: images a second, and how many times as many as with nothing frozen. */
  private void measureFrozen(Precision precision) {
    Batch batch = randomBatch();
    Turns turns = new Turns();
    List<AutoCloseable> open = new ArrayList<>();
    Map<String, Long> bytes = new LinkedHashMap<>();
    try {
      for (List<String> names :
          List.of(
              List.<String>of(),
              List.of("stem..4e"),
              List.of("stem..5b", "aux1.conv", "aux1.fc1", "aux2.conv", "aux2.fc1"))) {
        LayerTraining training = LayerTraining.freezing(Parts.layers(names));
        OneDnnEngine engine = engine(training.in(network()), precision);
        open.add(engine);
        turns.add(names.toString(), "train", () -> engine.step(batch, 0, 1));
        bytes.put(names.toString(), engine.trainingBytes());
      }
      turns.warmUp(WARM_UP);
      turns.take(steps);
    } finally {
      open.forEach(EngineBenchmark::close);
    }
    PrintWriter out = spec.commandLine().getOut();
    double whole = turns.medians().values().iterator().next();
    turns
        .medians()
        .forEach(
            (key, seconds) ->
                out.printf(
                    Locale.ROOT,
                    "%s, frozen %s: %.1f images/s, %.2f times, %d MB%n",
                    name(precision),
                    key.subject(),
                    batchSize / seconds,
                    whole / seconds,
                    bytes.get(key.subject()) / 1_000_000));
    out.flush();
  }

  private void measureDl4j(Batch batch, Results results) {
    say("dl4j: %d training steps and forward passes", WARM_UP + dl4jSteps);
    Turns turns = new Turns();
    try (Engine engine = new Dl4jEngine(network().toJson())) {
      turns.addOnce(Results.DL4J, "train_fp32", () -> engine.step(batch, 0, 1));
      turns.addOnce(Results.DL4J, "forward_fp32", () -> engine.probabilities(batch, 1));
      turns.warmUp(WARM_UP);
      turns.take(dl4jSteps);
    }
    report(turns, results);
  }

  /** oneDNN's engine and the limits in turns, around PyTorch's processes. */
  private void measureTheOthers(Batch batch, Results results) {
    Turns turns = new Turns();
    List<AutoCloseable> open = new ArrayList<>();
    try {
      for (Precision precision :
          Machine.hasOneDnn() ? Machine.precisions() : List.<Precision>of()) {
        addEngine(precision, batch, turns, results, open);
        addLimits(precision, false, turns, open);
        addLimits(precision, true, turns, open);
      }
      say("onednn and the bare convolutions: warm-up, then %d turns", (steps + 1) / 2);
      turns.warmUp(WARM_UP);
      turns.take((steps + 1) / 2);
      if (peer != null) {
        measurePeer(results);
      }
      say("onednn and the bare convolutions: %d turns", steps / 2);
      turns.warmUp(1);
      turns.take(steps / 2);
    } finally {
      open.forEach(EngineBenchmark::close);
    }
    report(turns, results);
  }

  private void addEngine(
      Precision precision, Batch batch, Turns turns, Results results, List<AutoCloseable> open) {
    OneDnnEngine engine = engine(precision);
    open.add(engine);
    AtomicInteger step = new AtomicInteger();
    turns.add(
        Results.ONEDNN,
        figure("train", precision),
        () -> engine.step(batch, step.get(), step.getAndIncrement()));
    turns.add(Results.ONEDNN, figure("forward", precision), () -> engine.probabilities(batch, 1));
    String bytes = Results.PEAK_NATIVE_BYTES + (precision == Precision.FP32 ? "" : "_bf16");
    results.put(Results.ONEDNN, bytes, engine.trainingBytes());
  }

  private OneDnnEngine engine(Precision precision) {
    return engine(network(), precision);
  }

  private OneDnnEngine engine(ComputationGraphConfiguration network, Precision precision) {
    return OneDnnEngine.of(network.toJson())
        .batch(batchSize)
        .threads(threads)
        .precision(precision)
        .open();
  }

  private void addLimits(Precision precision, boolean auto, Turns turns, List<AutoCloseable> open) {
    ConvolutionLimits limits =
        new ConvolutionLimits(network(), batchSize, precision == Precision.BF16, auto);
    open.add(limits);
    String subject = auto ? Results.LIMIT_AUTO : Results.LIMIT_DIRECT;
    turns.addTimed(subject, figure("train", precision), limits::trainingSeconds);
    turns.addTimed(subject, figure("forward", precision), limits::forwardSeconds);
  }

  private void measurePeer(Results results) {
    PyTorchPeer pytorch =
        new PyTorchPeer(
            peer,
            peerScript,
            List.of(
                "--batch=" + batchSize,
                "--side=" + side,
                "--classes=" + classes,
                "--threads=" + threads,
                "--steps=" + steps,
                "--warm-up=" + WARM_UP));
    for (Precision precision : Machine.precisions()) {
      for (PyTorchPeer.Variant variant : PyTorchPeer.variants(name(precision))) {
        say("pytorch: %s", variant.name());
        pytorch
            .measure(variant)
            .ifPresentOrElse(
                results::put, () -> say("pytorch: %s: does not run here", variant.name()));
      }
    }
  }

  private void report(Turns turns, Results results) {
    turns
        .medians()
        .forEach((key, seconds) -> results.put(key.subject(), key.figure(), batchSize / seconds));
  }

  private Map<String, Object> setting() {
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("batch", batchSize);
    setting.put("side", side);
    setting.put("classes", classes);
    setting.put("threads", threads);
    setting.put("steps", steps);
    setting.putAll(Machine.setting());
    return setting;
  }

  private ComputationGraphConfiguration network() {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5);
    return new GoogLeNet(classes, side, Initialisation.XAVIER, 0.2, 0.4, 0.7, LossWeights.PAPER)
        .configuration(sgd, 2e-4, 1);
  }

  private Batch randomBatch() {
    Random random = new Random(1);
    float[] pixels = new float[batchSize * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = IntStream.range(0, batchSize).map(i -> i % classes).toArray();
    List<String> keys = IntStream.range(0, batchSize).mapToObj(Integer::toString).toList();
    return new Batch(pixels, labels, keys);
  }

  private static String figure(String work, Precision precision) {
    return work + "_" + name(precision);
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot close " + resource, e);
    }
  }

  private static void say(String format, Object... values) {
    System.err.printf(Locale.ROOT, "bench: " + format + "%n", values);
  }
}
