package org.googlenet.data;

import java.io.Serializable;
import org.googlenet.data.image.Decoding;

/**
 * How records become batches: how many examples each has, of which size, and how they are decoded.
 *
 * @param examples per mini-batch; the last one may have fewer
 * @param side height and width of an example, in pixels
 * @param decoding how an image becomes the example
 */
public record BatchSpec(int examples, int side, Decoding decoding) implements Serializable {}
