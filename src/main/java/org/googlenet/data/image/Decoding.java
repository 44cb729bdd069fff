package org.googlenet.data.image;

import java.io.Serializable;

/**
 * How encoded images become the network's input.
 *
 * @param augmentation which part of an image the network sees
 * @param alpha what becomes of transparency
 * @param maxMegapixels a larger image is refused before memory is taken for it, unless it is a JPEG
 *     that can be decoded at a fraction of its size
 */
public record Decoding(Augmentation augmentation, Alpha alpha, int maxMegapixels)
    implements Serializable {

  /** The largest image of a recipe that does not say another one, in millions of pixels. */
  public static final int MAX_MEGAPIXELS = 100;

  /** How whole images are decoded, to check them and to shrink them. */
  static final Decoding PLAIN = of(Augmentation.Kind.NONE);

  /** What a recipe says that names only its augmentation. */
  public static Decoding of(Augmentation.Kind augmentation) {
    return new Decoding(new Augmentation(augmentation), Alpha.IGNORE, MAX_MEGAPIXELS);
  }

  /** The most pixels that are decoded. */
  long maxPixels() {
    return maxMegapixels * 1_000_000L;
  }
}
