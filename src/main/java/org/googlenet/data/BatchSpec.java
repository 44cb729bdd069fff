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
 */
public record BatchSpec(int examples, int side, Augmentation augmentation)
    implements Serializable {}
