/**
 * One image: its header, the rectangle of it that is taken, and its way to a tensor and back to a
 * file.
 *
 * <p>For whoever has encoded bytes; it knows nothing of records or data sets. Crops and pixels are
 * a function of their arguments: the same bytes and the same randomness give the same tensor. Bytes
 * that are no image are an {@link org.googlenet.data.image.UnreadableImage}, before memory for
 * their pixels is taken.
 */
package org.googlenet.data.image;
