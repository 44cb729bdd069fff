package org.googlenet.data;

import java.io.Serializable;
import org.googlenet.data.image.Augmentation;

/**
 * What records become: batches of so many examples of such a size.
 *
 * @param examples of each mini-batch but the last, which may have fewer
 * @param side height and width of an example, in pixels
 * @param augmentation which part of an image an example is
 */
public record BatchSpec(int examples, int side, Augmentation augmentation)
    implements Serializable {}
