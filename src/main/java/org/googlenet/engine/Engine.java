package org.googlenet.engine;

import org.googlenet.model.Batch;

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

  /** Number of values in the flat parameter vector, in DL4J's order; the momentum has as many. */
  int parameters();

  /**
   * Takes over parameters and momentum.
   *
   * @param parameters flat vector in DL4J's order
   * @param momentum flat vector in the same order
   */
  void load(float[] parameters, float[] momentum);

  /** Copies the parameters into a vector of {@link #parameters()} values. */
  void readParameters(float[] into);

  /** Copies the momentum into a vector of {@link #parameters()} values. */
  void readMomentum(float[] into);

  /**
   * One local step: forward, backward, clipping, update.
   *
   * @param batch images {@code [n, 3, side, side]} and labels
   * @param globalStep what the learning-rate schedule sees, counted from 0
   * @param dropoutSeed decides which units this step drops, and nothing else does
   * @return mean loss of each head over the batch, not weighted, before the update
   */
  double[] step(Batch batch, int globalStep, long dropoutSeed);

  /**
   * For each of GoogLeNet's heads the L2 norm of the gradient of its own parameters ({@link
   * org.googlenet.model.Head}) in the last step: the mean over its examples, before it was clipped,
   * without decay. Takes some milliseconds, so it is not for every step.
   *
   * @return empty if the network has not these heads
   * @throws IllegalStateException if no step has been made
   */
  double[] headGradientNorms();

  /**
   * Adds the ReLU units of GoogLeNet's heads that had a gradient in the last step. Nothing is added
   * for a head that no gradient reaches, as its loss weighs nothing, or if the network has not
   * these heads.
   *
   * @throws IllegalStateException if no step has been made
   */
  void addActiveUnits(ActiveUnits into);

  /**
   * Forward pass without dropout.
   *
   * @param batch images {@code [n, 3, side, side]}; the labels play no part
   * @return for each head the probabilities, {@code [n * classes]}, example by example
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
