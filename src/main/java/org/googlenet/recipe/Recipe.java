package org.googlenet.recipe;

import java.io.Serializable;
import java.time.Duration;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.run.Retention;

/**
 * Everything a training is told: the values of one recipe file, checked and with defaults filled
 * in.
 *
 * <p>{@link RecipeLoader} makes recipes, refuses values out of range and writes them back as YAML;
 * {@code docs/recipe.md} lists every key with its range and default. Recipes are plain values and
 * travel to executors.
 *
 * @param run the run id, a path-safe name: {@code [A-Za-z0-9._-]+}, not starting with a dot
 * @param output path or URI of the folder of runs; the run writes under {@code <output>/<run>/}
 * @param models path or URI of the folder of promoted models
 */
public record Recipe(
    String run,
    String output,
    String models,
    Data data,
    Model model,
    LossWeights loss,
    Input input,
    Training training,
    Optimizer optimizer,
    LearningRate learningRate,
    Averaging averaging,
    Divergence divergence,
    Checkpoint checkpoint,
    Evaluation evaluation)
    implements Serializable {

  /** Path or URI of the run's folder. */
  public String location() {
    return output + "/" + run;
  }

  /** Which of the run's checkpoints stay. */
  public Retention retention() {
    boolean mayRewind = divergence.times() > 0;
    return new Retention(
        checkpoint.keepLast(),
        checkpoint.keepBest(),
        checkpoint.keepEvery(),
        mayRewind ? checkpoint.every() : 1);
  }

  /**
   * Where the images are.
   *
   * @param train path or URI of the data set to train on
   * @param validation path or URI of the data set to evaluate on
   */
  public record Data(String train, String validation, Cache cache) implements Serializable {}

  /**
   * Where each machine keeps shards that it has read.
   *
   * @param bytes the most that may be kept on a machine; 0 to keep nothing
   * @param folder path on the executors' machines, or {@value #AUTO_FOLDER} for one in their folder
   *     for temporary files
   */
  public record Cache(long bytes, String folder) implements Serializable {

    public static final String AUTO_FOLDER = "auto";
  }

  /**
   * The network to train.
   *
   * @param classes number of classes
   * @param side height and width of the input in pixels, from 65 (a smaller map cannot feed the
   *     auxiliary heads)
   * @param initialisation how weights start
   * @param bias the value that biases start with
   */
  public record Model(
      int classes, int side, Initialisation initialisation, double bias, Dropout dropout)
      implements Serializable {}

  /** How weights start: He et al. 2015, or Glorot and Bengio 2010. */
  public enum Initialisation {
    HE,
    XAVIER
  }

  /**
   * Probabilities to drop a unit before a classifier.
   *
   * @param main before the main classifier
   * @param aux before each auxiliary classifier
   */
  public record Dropout(double main, double aux) implements Serializable {}

  /** What the loss of each head counts in the sum that is minimised. */
  public record LossWeights(double main, double aux1, double aux2) implements Serializable {}

  /** How images become tensors. */
  public record Input(Augmentation augmentation) implements Serializable {}

  /** What happens to a training image on its way to a tensor. */
  public enum Augmentation {
    /** The largest centre square. */
    NONE,
    /** A random square of 224/256 of the shorter side, mirrored half of the time, as BVLC's. */
    CAFFE,
    /** A random area and aspect ratio, mirrored half of the time (Szegedy et al. 2014). */
    INCEPTION
  }

  /**
   * How long, on what and how a local step is computed.
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
   * @param momentum share of the last update that goes on
   * @param weightDecay added to the gradient of weights, times the weight; biases have none
   * @param clipNorm largest global norm of a gradient; 0 clips nothing
   */
  public record Optimizer(double momentum, double weightDecay, double clipNorm)
      implements Serializable {}

  /** The kinds of schedule that a value may follow over the global steps of a run. */
  public enum Schedule {
    CONSTANT,
    STEP,
    POLYNOMIAL,
    COSINE
  }

  /** The learning rate as a function of the global step. */
  public sealed interface LearningRate extends Serializable {

    Schedule schedule();

    /** The rate that the schedule starts from. */
    double base();

    /**
     * Global steps over which the schedule's own rate is reached linearly: at step s it is taken
     * times (s + 1) / warmUp. 0 means none.
     */
    int warmUp();

    /** Whether the rate depends on how long the whole training is. */
    default boolean usesTotal() {
      return schedule() == Schedule.POLYNOMIAL || schedule() == Schedule.COSINE;
    }
  }

  /** The same rate at every step. */
  public record ConstantRate(double base, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.CONSTANT;
    }
  }

  /**
   * A rate that is multiplied by a factor from time to time.
   *
   * @param every global steps between two multiplications
   */
  public record StepRate(double base, int every, double factor, int warmUp)
      implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.STEP;
    }
  }

  /** A rate that falls to 0 as {@code base * (1 - step/total)^power}. */
  public record PolynomialRate(double base, double power, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.POLYNOMIAL;
    }
  }

  /**
   * A rate that falls along half a cosine (Loshchilov and Hutter 2017, without restarts).
   *
   * @param floor the rate at the end of the training
   */
  public record CosineRate(double base, double floor, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.COSINE;
    }
  }

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

  /** The kinds of schedule that the number of local steps may follow. */
  public enum LocalStepsSchedule {
    CONSTANT,
    GROWING,
    WARMUP
  }

  /** Local steps that each worker makes in a round, as a function of the global step. */
  public sealed interface LocalSteps extends Serializable {

    LocalStepsSchedule schedule();

    /** Local steps of a round that starts at a global step, at least 1. */
    int at(long step);

    /** The global step from which on the number stays the same. */
    long settled();

    /** The number from {@link #settled} on. */
    default int last() {
      return at(settled());
    }
  }

  /** As many in each round. */
  public record ConstantSteps(int value) implements LocalSteps {

    @Override
    public LocalStepsSchedule schedule() {
      return LocalStepsSchedule.CONSTANT;
    }

    @Override
    public int at(long step) {
      return value;
    }

    @Override
    public long settled() {
      return 0;
    }
  }

  /**
   * A number that grows from time to time.
   *
   * @param value the number at the start
   * @param every global steps between two multiplications
   * @param factor what it is multiplied by, at least 2
   * @param most where it ends, at least {@code value}
   */
  public record GrowingSteps(int value, int every, int factor, int most) implements LocalSteps {

    @Override
    public LocalStepsSchedule schedule() {
      return LocalStepsSchedule.GROWING;
    }

    @Override
    public int at(long step) {
      long number = value;
      for (long times = step / every; times > 0 && number < most; times--) {
        number *= factor;
      }
      return (int) Math.min(number, most);
    }

    @Override
    public long settled() {
      long step = 0;
      while (at(step) < most) {
        step += every;
      }
      return step;
    }
  }

  /**
   * One local step a round at first, which is synchronous SGD where no gradient is clipped, then
   * another number (post-local SGD, Lin et al. 2020).
   *
   * @param value the number after the warm-up
   * @param warmUp global steps of the warm-up
   */
  public record WarmUpSteps(int value, int warmUp) implements LocalSteps {

    @Override
    public LocalStepsSchedule schedule() {
      return LocalStepsSchedule.WARMUP;
    }

    @Override
    public int at(long step) {
      return step < warmUp ? 1 : value;
    }

    @Override
    public long settled() {
      return warmUp;
    }
  }

  /**
   * What the driver does with the averaged model of a round.
   *
   * @param momentum share of the last outer update that goes on; 0 for {@code AVERAGE}
   * @param rate the outer learning rate; 1 for {@code AVERAGE}
   */
  public record Outer(OuterKind kind, double momentum, double rate) implements Serializable {}

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

  /** How exact what travels is: the state to the workers, and what they have learnt from it. */
  public enum Compression {
    NONE,
    BF16,
    FP16
  }

  /** Whose rounds run: this project's, or dl4j-spark's ParameterAveragingTrainingMaster. */
  public enum Master {
    OWN,
    DL4J
  }

  /**
   * What happens when the loss is no longer a number, or grows without end.
   *
   * @param times how often a rewind may happen; 0 for {@code STOP}
   * @param rate what a rewind multiplies the learning rate by; 1 for {@code STOP}
   */
  public record Divergence(DivergenceAction action, int times, double rate)
      implements Serializable {}

  /** The answers to divergence. */
  public enum DivergenceAction {
    STOP,
    REWIND
  }

  /**
   * When checkpoints are written, which ones stay, and how long a driver holds its run.
   *
   * @param every rounds between two checkpoints
   * @param keepLast newest checkpoints that stay
   * @param keepBest best evaluated checkpoints that stay
   * @param keepEvery checkpoints whose round is a multiple of this stay; 0 keeps none for that
   * @param lease time after which a silent driver has lost its run
   */
  public record Checkpoint(int every, int keepLast, int keepBest, int keepEvery, Duration lease)
      implements Serializable {}

  /**
   * When the validation data is evaluated.
   *
   * @param every rounds between two evaluations; 0 evaluates at the end only
   */
  public record Evaluation(int every) implements Serializable {}
}
