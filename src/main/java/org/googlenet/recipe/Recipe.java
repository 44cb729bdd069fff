package org.googlenet.recipe;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.googlenet.common.Tolerance;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.Variant;
import org.googlenet.run.Retention;

/**
 * Everything that defines a training: the values of one recipe file, checked and with defaults
 * filled in.
 *
 * <p>{@link RecipeLoader} makes recipes, refuses values out of range and writes them back as YAML;
 * {@code docs/recipe.md} lists every key with its range and default. Recipes are plain values and
 * travel to executors.
 *
 * @param run the run id, a path-safe name: {@code [A-Za-z0-9._-]+}, not starting with a dot
 * @param output path or URI of the folder of runs; the run writes under {@code <output>/<run>/}
 * @param models path or URI of the folder of promoted models
 * @param input how images become the network's input
 * @param start the weights that a run begins with
 * @param report what shows the training, beside the console
 */
public record Recipe(
    String run,
    String output,
    String models,
    Data data,
    Model model,
    LossWeights loss,
    Decoding input,
    Start start,
    Training training,
    Optimizer optimizer,
    LearningRate learningRate,
    FineTuning fineTuning,
    Averaging averaging,
    Divergence divergence,
    Checkpoint checkpoint,
    Evaluation evaluation,
    Report report)
    implements Serializable {

  /** Path or URI of the run's folder. */
  public String location() {
    return output + "/" + run;
  }

  /** Which of the run's checkpoints are kept. */
  public Retention retention() {
    boolean mayRewind = divergence.times() > 0;
    return new Retention(
        checkpoint.keepLast(),
        checkpoint.keepBest(),
        checkpoint.keepEvery(),
        mayRewind ? checkpoint.every() : 1);
  }

  /**
   * The weights that a run begins with.
   *
   * @param from a model of this program or a file of another's weights; {@value #NONE} for fresh
   *     weights
   * @param strict whether all tensors must fit
   * @param replace names of layers that get fresh weights all the same
   */
  public record Start(String from, boolean strict, List<String> replace) implements Serializable {

    /** The value of {@code from} for a run that begins with weights of its own. */
    public static final String NONE = "none";

    public Start {
      // It is the same location with or without a '/' at its end.
      from = from.replaceFirst("(?<=[^/])/+$", "");
      replace = List.copyOf(replace);
    }

    /** The source, if there is one. */
    public Optional<String> source() {
      return from.equals(NONE) ? Optional.empty() : Optional.of(from);
    }
  }

  /**
   * Where the images are.
   *
   * @param train path or URI of the data set to train on
   * @param validation path or URI of the data set to evaluate on
   * @param quarantine how many records of each that cannot be used are passed over
   * @param decodeThreads threads of a worker that decode; {@link #AUTO_THREADS} takes as many as
   *     keep up with those that compute
   */
  public record Data(
      String train, String validation, Tolerance quarantine, Cache cache, int decodeThreads)
      implements Serializable {

    /** The value of {@code decodeThreads} for {@code auto}. */
    public static final int AUTO_THREADS = 0;
  }

  /**
   * Where each machine keeps shards that it has read.
   *
   * @param bytes the most that may be kept on a machine; 0 to keep nothing
   * @param folder path on the executors' machines, or {@value #AUTO_FOLDER} for one in their folder
   *     for temporary files
   */
  public record Cache(long bytes, String folder) implements Serializable {

    public static final String AUTO_FOLDER = "auto";

    /** Nothing is kept. */
    public static final Cache NONE = new Cache(0, AUTO_FOLDER);
  }

  /**
   * The network to train.
   *
   * @param variant which GoogLeNet
   * @param classes number of classes
   * @param side height and width of the input in pixels, from 65 (a smaller map cannot feed the
   *     auxiliary heads)
   * @param initialisation how weights start
   * @param bias the value that biases start with
   */
  public record Model(
      Variant variant,
      int classes,
      int side,
      Initialisation initialisation,
      double bias,
      Dropout dropout)
      implements Serializable {}

  /**
   * Probabilities to drop a unit before a classifier.
   *
   * @param main before the main classifier
   * @param aux before each auxiliary classifier
   */
  public record Dropout(double main, double aux) implements Serializable {}

  /**
   * How long to train, and what each local step is and is computed with.
   *
   * @param batch examples of one local step
   * @param seed the seed of the run: initialisation, order, augmentation and dropout follow from it
   */
  public record Training(
      int batch,
      Length length,
      long seed,
      EngineKind engine,
      Precision precision,
      Convolution convolution)
      implements Serializable {}

  /** How long a training lasts: {@code training.epochs} or {@code training.rounds}. */
  public record Length(int count, Unit unit) implements Serializable {

    /** What a length counts. */
    public enum Unit {
      EPOCHS,
      ROUNDS
    }

    public static Length epochs(int count) {
      return new Length(count, Unit.EPOCHS);
    }

    public static Length rounds(int count) {
      return new Length(count, Unit.ROUNDS);
    }
  }

  /**
   * Stochastic gradient descent with momentum.
   *
   * @param momentum share of the last update that is carried over
   * @param weightDecay {@code weightDecay * w} is added to the gradient of each weight {@code w},
   *     but not of biases
   * @param clipNorm largest global norm of a gradient; 0 clips nothing
   */
  public record Optimizer(double momentum, double weightDecay, double clipNorm)
      implements Serializable {}

  /**
   * How workers' results become one model.
   *
   * @param workers logical trainers of a round, Spark tasks
   * @param threads threads that a worker computes with; {@link #AUTO_THREADS} takes its task's
   *     cores
   * @param quorum share of a round's examples that ends it, once all workers have started
   */
  public record Averaging(
      int workers,
      LocalSteps localSteps,
      int threads,
      Outer outer,
      Compression compression,
      double quorum,
      Master master)
      implements Serializable {

    /** The value of {@code threads} for {@code auto}. */
    public static final int AUTO_THREADS = 0;

    /** Threads of a worker whose task has that many cores. */
    public int threadsFor(int cores) {
      return threads == AUTO_THREADS ? cores : threads;
    }
  }

  /**
   * What the driver does with the averaged model of a round.
   *
   * @param momentum share of the last outer update that is carried over; 0 for {@code AVERAGE}
   * @param rate the outer learning rate; 1 for {@code AVERAGE}
   */
  public record Outer(OuterKind kind, double momentum, double rate) implements Serializable {

    /** The averaged model is the next model. */
    public static final Outer AVERAGE = new Outer(OuterKind.AVERAGE, 0, 1);
  }

  /** The outer optimisers. */
  public enum OuterKind {
    /** The averaged model is the next model. */
    AVERAGE,
    /** Slow momentum (Wang et al. 2020). */
    SLOWMO,
    /** Nesterov's momentum on the difference, as DiLoCo (Douillard et al. 2023). */
    NESTEROV,
    /** Blockwise model-update filtering (Chen and Huo 2016). */
    BMUF
  }

  /**
   * How parameters are compressed on their way: the state to the workers, and what they have learnt
   * from it.
   */
  public enum Compression {
    NONE,
    BF16,
    FP16
  }

  /** Who runs the rounds: this project, or dl4j-spark's ParameterAveragingTrainingMaster. */
  public enum Master {
    OWN,
    DL4J
  }

  /**
   * What happens when the loss is no longer a number, or grows without end.
   *
   * @param times how many rewinds there may be; 0 for {@code STOP}
   * @param rate what a rewind multiplies the learning rate by; 1 for {@code STOP}
   */
  public record Divergence(DivergenceAction action, int times, double rate)
      implements Serializable {

    /** The training ends. */
    public static final Divergence STOP = new Divergence(DivergenceAction.STOP, 0, 1);
  }

  /** The answers to divergence. */
  public enum DivergenceAction {
    STOP,
    REWIND
  }

  /**
   * When checkpoints are written, which ones are kept, and how long a driver holds its run.
   *
   * @param every rounds between two checkpoints
   * @param keepLast number of newest checkpoints that are kept
   * @param keepBest number of best evaluated checkpoints that are kept
   * @param keepEvery checkpoints whose round is a multiple of this are kept; 0 keeps none for this
   *     reason
   * @param lease time after which a silent driver loses its run
   */
  public record Checkpoint(int every, int keepLast, int keepBest, int keepEvery, Duration lease)
      implements Serializable {}

  /**
   * When the validation data is evaluated.
   *
   * @param every rounds between two evaluations; 0 evaluates at the end only
   */
  public record Evaluation(int every) implements Serializable {}

  /**
   * What shows the training, beside the console. Nothing of it decides anything.
   *
   * @param page whether the run keeps a report as a page
   * @param tensorboard whether the run keeps event files for TensorBoard
   * @param histograms rounds between two histograms in them; 0 for none
   * @param textfile path of a file for Prometheus' node_exporter, or {@value #NONE}
   */
  public record Report(
      boolean page,
      boolean tensorboard,
      int histograms,
      String textfile,
      Mlflow mlflow,
      Lineage lineage)
      implements Serializable {

    /** The value of a place for nowhere. */
    public static final String NONE = "none";

    /**
     * Where MLflow records the run.
     *
     * @param uri of the tracking server, or {@value Report#NONE}
     * @param model the registered model of those that are promoted
     */
    public record Mlflow(String uri, String experiment, String model) implements Serializable {

      /** Nowhere. */
      public static final Mlflow OFF = new Mlflow(NONE, "googlenet", "googlenet");

      /** Whether it records it. */
      public boolean isOn() {
        return !uri.equals(NONE);
      }
    }

    /**
     * Where events of OpenLineage go.
     *
     * @param url of a server, the path of a file, or {@value Report#NONE}
     * @param job its name, or {@value #RUN} for the run's id
     */
    public record Lineage(String url, String namespace, String job) implements Serializable {

      /** The job's name where it is that of the run. */
      public static final String RUN = "run";

      /** Nowhere. */
      public static final Lineage OFF = new Lineage(NONE, "googlenet", RUN);

      /** Whether there are any. */
      public boolean isOn() {
        return !url.equals(NONE);
      }
    }
  }
}
