package org.googlenet.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.NativeThreads;
import org.googlenet.engine.OneDnnTrainer;
import org.googlenet.engine.Precision;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.zoo.NetworkSize;
import org.googlenet.zoo.ZooNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench zoo}: times a training step of well-known networks by DL4J's own {@code
 * fit}, by the engine, and by PyTorch where torchvision has the network.
 *
 * <p>A step is one iteration on a batch of random images: forward pass, loss, backward pass, L2
 * regularisation and momentum. Of each network DL4J comes first and alone. Then the engine's
 * precisions take turns, half of them before PyTorch's processes and half of them after, each turn
 * right after an untimed step of the same.
 */
@Command(
    name = "scripts/bench zoo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Times training steps of well-known networks: DL4J's own fit, oneDNN's engine, and PyTorch if"
          + " there is one.",
      "Takes some minutes a network. Leave the machine alone meanwhile; only ratios within one run"
          + " count."
    })
public final class ZooBenchmark implements Callable<Integer> {

  private static final int WARM_UP = 3;

  /** So small that no loss overflows, whatever the network. */
  private static final double LEARNING_RATE = 1e-7;

  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "NAME",
      description = "The networks, separated by commas (default: all: ${COMPLETION-CANDIDATES}).")
  private List<ZooNetwork> networks = List.of(ZooNetwork.values());

  @Option(
      names = "--side",
      split = ",",
      defaultValue = "96",
      description =
          "Heights and widths of an image, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> sides;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Images of a step (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--width",
      defaultValue = "1",
      description =
          "By which the published numbers of channels are multiplied (default: ${DEFAULT-VALUE})."
              + " PyTorch is left out at another than 1.")
  private double width;

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
      description =
          "The same for DL4J, after one untimed step; 0 leaves it out (default: ${DEFAULT-VALUE}).")
  private int dl4jSteps;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      description =
          "A Python that has PyTorch and torchvision: measures it plain and with a malloc that keeps"
              + " memory; the best counts.")
  private String peer;

  @Option(
      names = "--compiled",
      description = "Also measures PyTorch compiled, which takes minutes a network and needs g++.")
  private boolean compiled;

  @Option(names = "--peer-script", required = true, hidden = true)
  private Path peerScript;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json: one object on one line.")
  private Format format;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the benchmark and ends the JVM with 0, or 2 for a wrong call or a peer that fails. */
  public static void main(String[] arguments) {
    BenchmarkMain.run(new ZooBenchmark(), "zoo", arguments);
  }

  @Override
  public Integer call() {
    NativeThreads.use(threads);
    ZooResults results = new ZooResults(setting());
    for (ZooNetwork network : networks) {
      for (int side : sides) {
        if (side < network.smallestSide()) {
          say("%s: takes side %d at least", network.title(), network.smallestSide());
        } else {
          results.add(measure(network, new NetworkSize(side, width, 1000, true), results));
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(format == Format.JSON ? results.toJson() + "\n" : results.toText());
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private ZooResults.Row measure(ZooNetwork network, NetworkSize size, ZooResults results) {
    DataSet batch = network.examples(size, batchSize, 1);
    Map<String, Double> milliseconds = new LinkedHashMap<>();
    ComputationGraph graph = graph(network, size);
    long parameters = graph.numParams();
    if (dl4jSteps > 0) {
      say("%s, side %d: %d steps of dl4j", network.title(), size.side(), 1 + dl4jSteps);
      Turns turns = new Turns();
      turns.addOnce(ZooResults.DL4J, "train", () -> graph.fit(batch));
      turns.warmUp(1);
      turns.take(dl4jSteps);
      put(turns, milliseconds);
    }
    graph.close();
    String refused = null;
    try {
      measureTheOthers(network, size, batch, milliseconds, results);
    } catch (UnsupportedNetwork e) {
      refused = e.getMessage();
    }
    ZooResults.Row row =
        new ZooResults.Row(network.title(), size.side(), parameters, milliseconds, refused);
    say("%s, side %d: ms %s", network.title(), size.side(), row.steps());
    return row;
  }

  /** The engine's precisions in turns, around PyTorch's processes. */
  private void measureTheOthers(
      ZooNetwork network,
      NetworkSize size,
      DataSet batch,
      Map<String, Double> milliseconds,
      ZooResults results) {
    Turns turns = new Turns();
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      for (Precision precision :
          Machine.hasOneDnn() ? Machine.precisions() : List.<Precision>of()) {
        ComputationGraph graph = graph(network, size);
        open.push(graph::close);
        OneDnnTrainer trainer =
            OneDnnTrainer.of(graph).threads(threads).precision(precision).open();
        open.push(trainer);
        turns.add(ZooResults.ONEDNN + name(precision), "train", () -> trainer.fit(batch));
      }
      say("%s, side %d: %d steps of onednn", network.title(), size.side(), steps);
      turns.warmUp(WARM_UP);
      turns.take((steps + 1) / 2);
      if (peer != null && width == 1) {
        network
            .torchvision()
            .ifPresent(name -> measurePeer(name, size.side(), milliseconds, results));
      }
      turns.warmUp(1);
      turns.take(steps / 2);
      put(turns, milliseconds);
    } finally {
      open.forEach(ZooBenchmark::close);
    }
  }

  private void measurePeer(
      String name, int side, Map<String, Double> milliseconds, ZooResults results) {
    PyTorchPeer pytorch =
        new PyTorchPeer(
            peer,
            peerScript,
            List.of(
                "--network=" + name,
                "--batch=" + batchSize,
                "--side=" + side,
                "--threads=" + threads,
                "--steps=" + steps,
                "--warm-up=" + WARM_UP));
    for (Precision precision : Machine.precisions()) {
      for (PyTorchPeer.Variant variant : PyTorchPeer.variants(name(precision))) {
        if (!variant.compiled() || compiled) {
          say("%s, side %d: pytorch, %s", name, side, variant.name());
          pytorch
              .measure(variant)
              .ifPresent(
                  result -> {
                    results.put("pytorch", result.version());
                    milliseconds.merge(
                        ZooResults.PYTORCH + name(precision),
                        1e3 * batchSize / result.train(),
                        Math::min);
                  });
        }
      }
    }
  }

  private static void put(Turns turns, Map<String, Double> milliseconds) {
    turns.medians().forEach((key, seconds) -> milliseconds.put(key.subject(), 1e3 * seconds));
  }

  private static ComputationGraph graph(ZooNetwork network, NetworkSize size) {
    ComputationGraph graph =
        new ComputationGraph(network.configuration(size, new Nesterovs(LEARNING_RATE, 0.9)));
    graph.init();
    return graph;
  }

  private Map<String, Object> setting() {
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("batch", batchSize);
    setting.put("width", width);
    setting.put("threads", threads);
    setting.put("steps", steps);
    setting.put("dl4j_steps", dl4jSteps);
    setting.putAll(Machine.setting());
    return setting;
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + String.format(Locale.ROOT, format, values));
    err.flush();
  }
}
