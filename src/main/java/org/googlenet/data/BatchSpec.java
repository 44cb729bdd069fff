package org.googlenet.data;

import java.io.Serializable;
import org.googlenet.data.image.Augmentation;

/**
 * How records become batches: how many examples each has, of which size, and how they are
 * augmented.
 *
 * @param examples per mini-batch; the last one may have fewer
 * @param side height and width of an example, in pixels
 * @param augmentation which part of an image becomes the example
 * @param passesOver whether records that cannot be used are passed over; otherwise the first of
 *     them ends the reading
 */
public record BatchSpec(int examples, int side, Augmentation augmentation, boolean passesOver)
    implements Serializable {

  /** Batches that the first record that cannot be used ends. */
  public BatchSpec(int examples, int side, Augmentation augmentation) {
    this(examples, side, augmentation, false);
  }

  /** The same, with records that cannot be used passed over, or not. */
  public BatchSpec passingOver(boolean wanted) {
    return new BatchSpec(examples, side, augmentation, wanted);
  }
}
