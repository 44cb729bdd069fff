package org.googlenet.engine;

import java.util.List;
import org.googlenet.model.Batch;
import org.googlenet.model.Head;
import org.googlenet.model.ParameterLayout;

/**
 * Executes local steps and forward passes of one network, whose parameters and momentum it owns.
 *
 * <p>An engine belongs to one thread at a time: all calls come from the thread that computes, and
 * {@link Engines} lends an engine to one task at a time.
 */
public interface Engine extends AutoCloseable {

  /** The recipe's name for this kind of engine. */
  String name();

  /** Where the network's parameters lie in every flat vector of this interface. */
  ParameterLayout layout();

  /** The network's heads, in the order of its outputs. */
  List<Head> heads();

  /** Number of values in the flat parameter vector; momentum and gradient have the same number. */
  default int parameters() {
    return layout().length();
  }

  /**
   * Sets parameters and momentum.
   *
   * @param parameters {@link #parameters()} values in the order of {@link #layout()}
   * @param momentum as many values; those of parameters that are not trained are ignored
   */
  void load(float[] parameters, float[] momentum);

  /**
   * Copies the parameters.
   *
   * @param into {@link #parameters()} values
   */
  void readParameters(float[] into);

  /**
   * Copies the momentum, which is 0 for parameters that are not trained.
   *
   * @param into {@link #parameters()} values
   */
  void readMomentum(float[] into);

  /**
   * Copies a part of the last step's gradient: the sum over its examples, before clipping, without
   * decay.
   *
   * @param from the first value to copy
   * @param into as many values as are wanted
   * @throws IllegalStateException if no step has been made
   */
  void readGradient(int from, float[] into);

  /**
   * One local step: forward, backward, clipping, update.
   *
   * @param batch images {@code [n, 3, side, side]}, n from 1 to the largest batch that the engine
   *     was made for, and labels {@code [n]} from 0 to the number of classes less 1
   * @param globalStep the step that the learning-rate schedule sees, counted from 0
   * @param dropoutSeed alone decides which units this step drops
   * @return for each head the mean cross entropy over the batch in nats, not weighted, before the
   *     update
   * @throws IllegalArgumentException if a label is not one of the network's classes
   * @throws RuntimeException if the batch has more examples than the engine was made for, or images
   *     of another size; the message says what it was made for
   */
  double[] step(Batch batch, int globalStep, long dropoutSeed);

  /**
   * Forward pass without dropout.
   *
   * @param batch images {@code [n, 3, side, side]}; the labels are ignored
   * @return for each head the probabilities, {@code [n * classes]}, example by example
   * @throws RuntimeException if the batch has more examples than the engine was made for, or images
   *     of another size; the message says what it was made for
   */
  float[][] probabilities(Batch batch);

  /**
   * The same for the first heads only, which may cost less.
   *
   * @param heads how many of the network's outputs, from the first on
   */
  float[][] probabilities(Batch batch, int heads);

  /**
   * Forward pass of the first head without dropout, with the values that its classifier reads: of a
   * GoogLeNet the 1024 behind the average pool.
   *
   * @param batch images {@code [n, 3, side, side]}; the labels are ignored
   * @return the probabilities, {@code [n * classes]}, and those values, {@code [n * values]}, each
   *     example by example
   * @throws EngineProblem if this engine has no way to read them
   * @throws RuntimeException as {@link #probabilities(Batch)}
   */
  default float[][] probabilitiesAndFeatures(Batch batch) {
    throw new EngineProblem(
        "engine %s: does not give the values in front of the classifier; use engine onednn or dl4j"
            .formatted(name()));
  }

  /** Frees what the engine holds outside the Java heap. */
  @Override
  void close();
}
