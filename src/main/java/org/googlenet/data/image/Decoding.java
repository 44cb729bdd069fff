package org.googlenet.data.image;

import java.io.Serializable;

/**
 * How encoded images become the network's input.
 *
 * @param augmentation which part of an image the network sees
 * @param alpha what becomes of transparency
 * @param maxMegapixels a larger image is refused before memory is taken for it, unless it is a JPEG
 *     that can be decoded at a fraction of its size
 * @param resize to which size the whole image is resized before that part is cut out
 */
public record Decoding(
    Augmentation augmentation,
    Alpha alpha,
    int maxMegapixels,
    Resize resize,
    Interpolation interpolation,
    Normalisation normalisation)
    implements Serializable {

  /** The largest image of a recipe that does not say another one, in millions of pixels. */
  public static final int MAX_MEGAPIXELS = 100;

  /** How whole images are decoded, to check them and to shrink them. */
  static final Decoding PLAIN = of(Augmentation.Kind.NONE);

  /** All else as {@link Preset#PLAIN} has it. */
  public Decoding(Augmentation augmentation, Alpha alpha, int maxMegapixels) {
    this(
        augmentation,
        alpha,
        maxMegapixels,
        Resize.NONE,
        Interpolation.AREA,
        Normalisation.imageNet(Normalisation.Channels.RGB));
  }

  /** What a recipe says that names only its augmentation. */
  public static Decoding of(Augmentation.Kind augmentation) {
    return new Decoding(new Augmentation(augmentation), Alpha.IGNORE, MAX_MEGAPIXELS);
  }

  /** The most pixels that are decoded. */
  long maxPixels() {
    return maxMegapixels * 1_000_000L;
  }
}
