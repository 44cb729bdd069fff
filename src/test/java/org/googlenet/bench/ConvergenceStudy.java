package org.googlenet.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.recipe.Recipe.Master;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob;
import org.googlenet.training.TrainingSetup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench convergence}: trains the runs of a grid of recipes, one after the other, and
 * keeps the accuracy that each ends with.
 */
@Command(
    name = "scripts/bench convergence",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Trains every run of conf/convergence/grid.yaml on Fashion-MNIST and keeps the accuracies.",
      "Each result is a line of JSON; a run that has one is not done again, so the study can be cut"
          + " off and gone on with at any time."
    })
public final class ConvergenceStudy implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "Holds the data sets: train and validation, as 'googlenet prepare' makes them.")
  private Path data;

  @Option(
      names = "--results",
      defaultValue = "docs/convergence/results.jsonl",
      paramLabel = "FILE",
      description = "Where results are and go (default: ${DEFAULT-VALUE}).")
  private Path results;

  @Option(names = "--plan", description = "Prints the runs and what is left to do, and ends.")
  private boolean plan;

  @Option(
      names = "--minutes",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Begins no run after so many minutes (default: all runs).")
  private int minutes;

  @Option(names = "--grid", required = true, hidden = true)
  private Path grid;

  @Option(names = "--recipe", required = true, hidden = true)
  private Path recipe;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the study and ends the JVM with 0, or 2 for a wrong call or grid. */
  public static void main(String[] arguments) {
    BenchmarkMain.run(new ConvergenceStudy(), "convergence", arguments);
  }

  @Override
  public Integer call() throws IOException {
    StudyResults done = new StudyResults(results);
    List<StudyRun> runs = runs();
    if (plan) {
      print(runs, done);
      return CommandLine.ExitCode.OK;
    }
    long end = System.nanoTime() + minutes * 60_000_000_000L;
    JavaSparkContext spark = spark();
    for (StudyRun run : runs) {
      if (!done.has(run) && System.nanoTime() < end) {
        System.err.println("bench: " + run.name());
        done.add(train(spark, run));
      }
    }
    print(runs, done);
    return CommandLine.ExitCode.OK;
  }

  private List<StudyRun> runs() throws IOException {
    Map<String, Object> common = new LinkedHashMap<>();
    common.put("data.train", data.resolve("train"));
    common.put("data.validation", data.resolve("validation"));
    return StudyGrid.read(
        Files.readString(grid), Files.readString(recipe), recipe.toString(), common);
  }

  /** In a folder of its own, which goes away with its checkpoint. */
  private static StudyResult train(JavaSparkContext spark, StudyRun run) throws IOException {
    Path folder = Files.createTempDirectory("convergence");
    StudyListener listener = new StudyListener();
    long start = System.nanoTime();
    double processorStart = processorSeconds();
    String problem = null;
    try {
      Stores stores = new Stores(Map.of());
      new TrainingJob(
              spark,
              TrainingSetup.open(spark, run.recipeIn(folder), stores),
              stores,
              TrainingJob.Options.NONE,
              listener)
          .run();
    } catch (DivergedProblem diverged) {
      problem = diverged.getMessage();
    } finally {
      delete(folder);
    }
    StudyResult.Cost cost =
        new StudyResult.Cost(
            tenths((System.nanoTime() - start) / 1e9), tenths(processorSeconds() - processorStart));
    return StudyResult.of(run, listener, cost, problem);
  }

  /** One thread a core; stays open for the life of the JVM. */
  private static JavaSparkContext spark() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .setAppName("convergence")
            .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer")
            .set("spark.driver.maxResultSize", "0")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.ui.enabled", "false")
            .set("spark.ui.showConsoleProgress", "false");
    return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf));
  }

  private void print(List<StudyRun> runs, StudyResults done) {
    PrintWriter out = spec.commandLine().getOut();
    int width = runs.stream().mapToInt(run -> run.name().length()).max().orElse(0);
    out.printf(Locale.ROOT, "%-" + width + "s %9s %6s %7s%n", "run", "examples", "steps", "top-1");
    for (StudyRun run : runs) {
      out.printf(
          Locale.ROOT,
          "%-" + width + "s %,9d %,6d %7s%n",
          run.name(),
          run.examples(),
          run.sequentialSteps(),
          done.has(run) ? String.format(Locale.ROOT, "%.2f%%", 100 * done.top1(run)) : "-");
    }
    List<StudyRun> left = runs.stream().filter(run -> !done.has(run)).toList();
    out.printf(
        Locale.ROOT,
        "%d runs, %d to do: %,d examples%s%n",
        runs.size(),
        left.size(),
        left.stream().mapToLong(StudyRun::examples).sum(),
        time(left, done));
    out.flush();
  }

  /** At the pace of the runs that are done; those of a master that has none count nothing. */
  private static String time(List<StudyRun> left, StudyResults done) {
    double seconds = left.stream().mapToDouble(run -> seconds(run, done)).sum();
    return seconds == 0
        ? ""
        : String.format(Locale.ROOT, ", about %.0f minutes at the pace so far", seconds / 60);
  }

  private static double seconds(StudyRun run, StudyResults done) {
    boolean dl4j = run.recipe().averaging().master() == Master.DL4J;
    return run.examples() * done.secondsPerExample(dl4j).orElse(0);
  }

  private static double processorSeconds() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static double tenths(double seconds) {
    return Math.round(10 * seconds) / 10.0;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
