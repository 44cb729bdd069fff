package org.googlenet.data;

import java.io.Serializable;
import org.googlenet.data.image.Decoding;

/**
 * How records become batches: how many examples each has, of which size, and how they are decoded.
 *
 * @param examples per mini-batch; the last one may have fewer
 * @param side height and width of an example, in pixels
 * @param decoding how an image becomes the example
 * @param passesOver whether records that cannot be used are passed over; otherwise the first of
 *     them ends the reading
 * @param decodeThreads threads that decode; the batches do not depend on it
 */
public record BatchSpec(
    int examples, int side, Decoding decoding, boolean passesOver, int decodeThreads)
    implements Serializable {

  /** A decoding thread keeps up with this many threads that train on what it decodes. */
  private static final int COMPUTING_PER_DECODING = 4;

  /** Batches that one thread decodes, and that the first record that cannot be used ends. */
  public BatchSpec(int examples, int side, Decoding decoding) {
    this(examples, side, decoding, false, 1);
  }

  /** The same, with records that cannot be used passed over, or not. */
  public BatchSpec passingOver(boolean wanted) {
    return new BatchSpec(examples, side, decoding, wanted, decodeThreads);
  }

  /** The same batches, decoded by so many threads. */
  public BatchSpec decodedBy(int threads) {
    return new BatchSpec(examples, side, decoding, passesOver, threads);
  }

  /** The same batches, decoded by as many threads as keep up with those that compute with them. */
  public BatchSpec decodedFor(int computing) {
    return decodedBy(Math.max(1, computing / COMPUTING_PER_DECODING));
  }
}
