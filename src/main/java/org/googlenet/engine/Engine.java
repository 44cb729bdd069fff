package org.googlenet.engine;

import java.util.List;
import org.googlenet.model.Batch;
import org.googlenet.model.Head;
import org.googlenet.model.ParameterLayout;

/**
 * What executes local steps and forward passes of one network, with parameters and momentum of its
 * own.
 *
 * <p>An engine belongs to one thread at a time: all calls come from the thread that computes, and
 * {@link Engines} lends one engine to one task.
 */
public interface Engine extends AutoCloseable {

  /** The recipe's name for this kind of engine. */
  String name();

  /** Where the network's parameters lie in every flat vector of this interface. */
  ParameterLayout layout();

  /** The network's heads, in the order of its outputs. */
  List<Head> heads();

  /** Number of values in the flat parameter vector; momentum and gradient have as many. */
  default int parameters() {
    return layout().length();
  }

  /**
   * Takes over parameters and momentum.
   *
   * @param parameters {@link #parameters()} values in the order of {@link #layout()}
   * @param momentum as many; those of parameters that are not trained play no part
   */
  void load(float[] parameters, float[] momentum);

  /**
   * Copies the parameters.
   *
   * @param into {@link #parameters()} values
   */
  void readParameters(float[] into);

  /**
   * Copies the momentum; that of parameters which are not trained is 0.
   *
   * @param into {@link #parameters()} values
   */
  void readMomentum(float[] into);

  /**
   * Copies a part of the last step's gradient: the sum over its examples, before it was clipped,
   * without decay.
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
   * @param globalStep what the learning-rate schedule sees, counted from 0
   * @param dropoutSeed decides which units this step drops, and nothing else does
   * @return for each head its mean cross entropy over the batch in nats, not weighted, before the
   *     update
   * @throws IllegalArgumentException if a label is not one of the network's classes
   * @throws RuntimeException if the batch has more examples or images of another size; the message
   *     says what the engine was made for
   */
  double[] step(Batch batch, int globalStep, long dropoutSeed);

  /**
   * Forward pass without dropout.
   *
   * @param batch images {@code [n, 3, side, side]}; the labels play no part
   * @return for each head the probabilities, {@code [n * classes]}, example by example
   * @throws RuntimeException if the batch has more examples or images of another size; the message
   *     says what the engine was made for
   */
  float[][] probabilities(Batch batch);

  /**
   * The same for the first heads only, which an engine may do at less cost.
   *
   * @param heads how many of the network's outputs, from the first on
   */
  float[][] probabilities(Batch batch, int heads);

  /** Frees what the engine holds outside the Java heap. */
  @Override
  void close();
}
