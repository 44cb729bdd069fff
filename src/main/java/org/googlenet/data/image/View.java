package org.googlenet.data.image;

import org.googlenet.data.image.Augmentation.Crop;

/**
 * The part of an image that the network sees: a rectangle of the source is resized, and a square of
 * the result is kept.
 *
 * @param source the rectangle, in pixels of the source
 * @param width what it is resized to
 * @param height what it is resized to
 * @param kept the square, in pixels of the resized rectangle
 */
record View(Crop source, int width, int height, Crop kept) {

  /**
   * The view of an image.
   *
   * @param width of the upright image
   * @param height of the upright image
   * @param side of the network's input
   * @param randomness see {@link Augmentation#crop}
   * @throws UnreadableImage if the resized image would be too large
   */
  static View of(Decoding decoding, int width, int height, int side, boolean train, long randomness)
      throws UnreadableImage {
    Augmentation augmentation = decoding.augmentation();
    if (decoding.resize().isNone() || augmentation.cutsSource(train)) {
      Crop crop = augmentation.crop(width, height, train, randomness);
      return new View(crop, side, side, new Crop(0, 0, side, side, crop.mirror()));
    }
    View whole = whole(decoding, width, height, side);
    return new View(
        whole.source,
        whole.width,
        whole.height,
        augmentation.cropOfResized(whole.width, whole.height, side, train, randomness));
  }

  /** The view of a whole resized image, resized even if {@link Decoding} says no. */
  static View whole(Decoding decoding, int width, int height, int side) throws UnreadableImage {
    Resize resize =
        decoding.resize().isNone()
            ? new Resize(Resize.AUTO, Resize.AspectRatio.KEEP)
            : decoding.resize();
    Resize.Size size = resize.of(width, height, side, decoding.maxPixels());
    return new View(
        new Crop(0, 0, width, height, false),
        size.width(),
        size.height(),
        new Crop(0, 0, size.width(), size.height(), false));
  }

  /** Whether it shrinks by so much in both directions. */
  boolean shrinksBy(int factor) {
    return source.width() / factor >= width && source.height() / factor >= height;
  }
}
