/**
 * Single images: their headers, the rectangle that is used, decoding to a tensor, and encoding to a
 * file.
 *
 * <p>It is for any code that has encoded bytes, and knows nothing of records or data sets. Crops
 * and pixels are a function of their arguments: the same bytes and the same randomness give the
 * same tensor. Bytes that are not an image are refused as an {@link
 * org.googlenet.data.image.UnreadableImage}, before memory for their pixels is taken.
 */
package org.googlenet.data.image;
