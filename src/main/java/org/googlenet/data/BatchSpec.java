package org.googlenet.data;

import java.io.Serializable;
import org.googlenet.common.Tolerance;
import org.googlenet.data.image.Decoding;

/**
 * How records become batches: how many examples each has, of which size, and how they are decoded.
 *
 * @param examples per mini-batch; the last one may have fewer
 * @param side height and width of an example, in pixels
 * @param decoding how an image becomes the example
 * @param tolerance how many records of the data set that cannot be used are passed over; with none,
 *     the first of them fails the reading
 * @param decodeThreads threads that decode; the batches do not depend on it
 * @param tenCrops whether an example is ten parts of its image, {@code [10, 3, side, side]}, as
 *     {@link org.googlenet.data.image.Decoder#decodeTenCrops} has them
 */
public record BatchSpec(
    int examples,
    int side,
    Decoding decoding,
    Tolerance tolerance,
    int decodeThreads,
    boolean tenCrops)
    implements Serializable {

  /** A decoding thread keeps up with this many threads that train on what it decodes. */
  private static final int COMPUTING_PER_DECODING = 4;

  /** Batches that one thread decodes, and that the first record that cannot be used fails. */
  public BatchSpec(int examples, int side, Decoding decoding) {
    this(examples, side, decoding, Tolerance.NONE, 1, false);
  }

  /** The same, with so many records that cannot be used passed over. */
  public BatchSpec passingOver(Tolerance wanted) {
    return new BatchSpec(examples, side, decoding, wanted, decodeThreads, tenCrops);
  }

  /** Whether any records that cannot be used are passed over. */
  public boolean passesOver() {
    return !tolerance.isNone();
  }

  /** The same examples, but ten parts of each image. */
  public BatchSpec withTenCrops() {
    return new BatchSpec(examples, side, decoding, tolerance, decodeThreads, true);
  }

  /** The same batches, decoded by so many threads. */
  public BatchSpec decodedBy(int threads) {
    return new BatchSpec(examples, side, decoding, tolerance, threads, tenCrops);
  }

  /** The same batches, decoded by as many threads as keep up with those that compute with them. */
  public BatchSpec decodedFor(int computing) {
    return decodedBy(Math.max(1, computing / COMPUTING_PER_DECODING));
  }
}
