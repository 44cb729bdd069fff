package org.googlenet.profile;

/**
 * Where the time of a recipe's training goes.
 *
 * @param engine that the steps were made with
 * @param instructions of the machine, as a run's first event has them
 * @param threads that made a step
 * @param batch examples of a step
 * @param side height and width of an image in pixels
 * @param decoding of a batch
 * @param training a step of a training, all layers of the first epoch
 * @param forward a forward pass of the first head, as a prediction makes it
 * @param trace null if none was asked for
 */
public record Profile(
    String engine,
    String precision,
    String instructions,
    int threads,
    int batch,
    int side,
    Decoding decoding,
    StepProfile training,
    StepProfile forward,
    Traced trace) {

  /**
   * Reading and decoding a batch, beside the steps.
   *
   * @param ms per batch, taken as fast as they come
   */
  public record Decoding(int threads, double ms) {}

  /**
   * What a trace holds.
   *
   * @param file where it was written
   * @param round from 1
   * @param seconds that the round took
   * @param workers that took part
   */
  public record Traced(String file, int round, double seconds, int workers, int spans) {}

  /** The same with what was traced. */
  public Profile with(Traced traced) {
    return new Profile(
        engine, precision, instructions, threads, batch, side, decoding, training, forward, traced);
  }
}
